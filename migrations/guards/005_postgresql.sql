-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER trace_layers_no_delete BEFORE DELETE ON trace_layers FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_layers_no_truncate BEFORE TRUNCATE ON trace_layers FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_takes_no_change BEFORE UPDATE OR DELETE ON trace_takes FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER trace_takes_no_truncate BEFORE TRUNCATE ON trace_takes FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER earmarks_no_delete BEFORE DELETE ON earmarks FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER earmarks_no_truncate BEFORE TRUNCATE ON earmarks FOR EACH STATEMENT EXECUTE FUNCTION append_only()
