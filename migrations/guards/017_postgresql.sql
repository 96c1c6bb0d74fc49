-- What keeps the queue of each purpose on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE FUNCTION trace_open_enters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT DISTINCT NEW.campaign_id, NEW.item_id, e.purpose_id, NEW.date, NEW.document_id, NEW.position
    FROM earmarks e WHERE e.document_id = NEW.source_document_id AND e.ended_at IS NULL;
  RETURN NULL;
END $$
--;
CREATE TRIGGER trace_open_enters AFTER INSERT ON trace_open FOR EACH ROW WHEN (NEW.restricted AND NEW.unspent > 0) EXECUTE FUNCTION trace_open_enters()
--;
CREATE TRIGGER trace_open_enters_again AFTER UPDATE OF unspent ON trace_open FOR EACH ROW WHEN (NEW.restricted AND OLD.unspent <= 0 AND NEW.unspent > 0) EXECUTE FUNCTION trace_open_enters()
--;
CREATE FUNCTION trace_open_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM trace_bound WHERE campaign_id = NEW.campaign_id AND item_id = NEW.item_id
    AND purpose_id IN (SELECT e.purpose_id FROM earmarks e WHERE e.document_id = NEW.source_document_id)
    AND date = NEW.date AND document_id = NEW.document_id AND position = NEW.position;
  RETURN NULL;
END $$
--;
CREATE TRIGGER trace_open_leaves AFTER UPDATE OF unspent ON trace_open FOR EACH ROW WHEN (NEW.restricted AND OLD.unspent > 0 AND NEW.unspent <= 0) EXECUTE FUNCTION trace_open_leaves()
--;
CREATE FUNCTION earmarks_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO trace_bound (campaign_id, item_id, purpose_id, date, document_id, position)
    SELECT o.campaign_id, o.item_id, NEW.purpose_id, o.date, o.document_id, o.position FROM trace_open o
    WHERE o.source_document_id = NEW.document_id AND o.restricted AND o.unspent > 0 ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
--;
CREATE TRIGGER earmarks_begin AFTER INSERT ON earmarks FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION earmarks_begin()
--;
CREATE TRIGGER earmarks_begin_again AFTER UPDATE OF ended_at ON earmarks FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL) EXECUTE FUNCTION earmarks_begin()
--;
CREATE FUNCTION earmarks_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM trace_bound WHERE (campaign_id, item_id, purpose_id, date, document_id, position) IN (
    SELECT o.campaign_id, o.item_id, NEW.purpose_id, o.date, o.document_id, o.position FROM trace_open o
    WHERE o.source_document_id = NEW.document_id)
    AND NOT EXISTS (SELECT 1 FROM earmarks e WHERE e.document_id = NEW.document_id AND e.purpose_id = NEW.purpose_id AND e.ended_at IS NULL);
  RETURN NULL;
END $$
--;
CREATE TRIGGER earmarks_end AFTER UPDATE OF ended_at ON earmarks FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION earmarks_end()
