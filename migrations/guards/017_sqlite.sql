-- What keeps the queue of each purpose on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER trace_open_enters AFTER INSERT ON trace_open WHEN NEW.restricted AND NEW.unspent > 0
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT DISTINCT NEW.campaign_id, NEW.item_id, e.purpose_id, NEW.date, NEW.document_id, NEW.position
    FROM earmarks e WHERE e.document_id = NEW.source_document_id AND e.ended_at IS NULL;
END
--;
CREATE TRIGGER trace_open_enters_again AFTER UPDATE OF unspent ON trace_open WHEN NEW.restricted AND OLD.unspent <= 0 AND NEW.unspent > 0
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT DISTINCT NEW.campaign_id, NEW.item_id, e.purpose_id, NEW.date, NEW.document_id, NEW.position
    FROM earmarks e WHERE e.document_id = NEW.source_document_id AND e.ended_at IS NULL;
END
--;
CREATE TRIGGER trace_open_leaves AFTER UPDATE OF unspent ON trace_open WHEN NEW.restricted AND OLD.unspent > 0 AND NEW.unspent <= 0
BEGIN
  DELETE FROM trace_bound WHERE campaign_id = NEW.campaign_id AND item_id = NEW.item_id
    AND purpose_id IN (SELECT e.purpose_id FROM earmarks e WHERE e.document_id = NEW.source_document_id)
    AND date = NEW.date AND document_id = NEW.document_id AND position = NEW.position;
END
--;
CREATE TRIGGER earmarks_begin AFTER INSERT ON earmarks WHEN NEW.ended_at IS NULL
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT o.campaign_id, o.item_id, NEW.purpose_id, o.date, o.document_id, o.position FROM trace_open o
    WHERE o.source_document_id = NEW.document_id AND o.restricted AND o.unspent > 0 ON CONFLICT DO NOTHING;
END
--;
CREATE TRIGGER earmarks_begin_again AFTER UPDATE OF ended_at ON earmarks WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT o.campaign_id, o.item_id, NEW.purpose_id, o.date, o.document_id, o.position FROM trace_open o
    WHERE o.source_document_id = NEW.document_id AND o.restricted AND o.unspent > 0 ON CONFLICT DO NOTHING;
END
--;
CREATE TRIGGER earmarks_end AFTER UPDATE OF ended_at ON earmarks WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
BEGIN
  DELETE FROM trace_bound WHERE (campaign_id, item_id, purpose_id, date, document_id, position) IN (
    SELECT o.campaign_id, o.item_id, NEW.purpose_id, o.date, o.document_id, o.position FROM trace_open o
    WHERE o.source_document_id = NEW.document_id)
    AND NOT EXISTS (SELECT 1 FROM earmarks e WHERE e.document_id = NEW.document_id AND e.purpose_id = NEW.purpose_id AND e.ended_at IS NULL);
END
