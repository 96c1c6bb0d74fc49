-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER trace_layers_no_update BEFORE UPDATE ON trace_layers
BEGIN
  SELECT RAISE(ABORT, 'trace_layers_append_only');
END
--;
CREATE TRIGGER trace_layers_no_delete BEFORE DELETE ON trace_layers
BEGIN
  SELECT RAISE(ABORT, 'trace_layers_append_only');
END
--;
CREATE TRIGGER trace_open_no_delete BEFORE DELETE ON trace_open
BEGIN
  SELECT RAISE(ABORT, 'trace_open_append_only');
END
--;
CREATE TRIGGER trace_takes_no_update BEFORE UPDATE ON trace_takes
BEGIN
  SELECT RAISE(ABORT, 'trace_takes_append_only');
END
--;
CREATE TRIGGER trace_takes_no_delete BEFORE DELETE ON trace_takes
BEGIN
  SELECT RAISE(ABORT, 'trace_takes_append_only');
END
--;
CREATE TRIGGER earmarks_no_delete BEFORE DELETE ON earmarks
BEGIN
  SELECT RAISE(ABORT, 'earmarks_append_only');
END
--;
CREATE TRIGGER trace_layers_open AFTER INSERT ON trace_layers
BEGIN
  INSERT INTO trace_open (document_id, position, campaign_id, item_id, lot_document_id, lot_position, source_document_id, date, restricted, unspent)
    VALUES (NEW.document_id, NEW.position, NEW.campaign_id, NEW.item_id, NEW.lot_document_id, NEW.lot_position, NEW.source_document_id, NEW.date, NEW.restricted, NEW.amount);
END
--;
CREATE TRIGGER trace_takes_draw AFTER INSERT ON trace_takes
BEGIN
  UPDATE trace_open SET unspent = unspent - NEW.amount WHERE document_id = NEW.layer_document_id AND position = NEW.layer_position;
END
