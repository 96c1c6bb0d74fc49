-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER trace_layers_no_change BEFORE UPDATE OR DELETE ON trace_layers FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_layers_no_truncate BEFORE TRUNCATE ON trace_layers FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_open_no_delete BEFORE DELETE ON trace_open FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_open_no_truncate BEFORE TRUNCATE ON trace_open FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_takes_no_change BEFORE UPDATE OR DELETE ON trace_takes FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_takes_no_truncate BEFORE TRUNCATE ON trace_takes FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER earmarks_no_delete BEFORE DELETE ON earmarks FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER earmarks_no_truncate BEFORE TRUNCATE ON earmarks FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE FUNCTION trace_layers_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trace_open (document_id, position, campaign_id, item_id, lot_document_id, lot_position, source_document_id, date, restricted, unspent)
    VALUES (NEW.document_id, NEW.position, NEW.campaign_id, NEW.item_id, NEW.lot_document_id, NEW.lot_position, NEW.source_document_id, NEW.date, NEW.restricted, NEW.amount);
  RETURN NULL;
END $$
--;
CREATE TRIGGER trace_layers_open AFTER INSERT ON trace_layers FOR EACH ROW EXECUTE FUNCTION trace_layers_open()
--;
CREATE FUNCTION trace_takes_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE trace_open SET unspent = unspent - NEW.amount WHERE document_id = NEW.layer_document_id AND position = NEW.layer_position;
  RETURN NULL;
END $$
--;
CREATE TRIGGER trace_takes_draw AFTER INSERT ON trace_takes FOR EACH ROW EXECUTE FUNCTION trace_takes_draw()
