-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER schools_no_delete BEFORE DELETE ON schools FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER schools_no_truncate BEFORE TRUNCATE ON schools FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER recipients_no_delete BEFORE DELETE ON recipients FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER recipients_no_truncate BEFORE TRUNCATE ON recipients FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER file_openings_no_change BEFORE UPDATE OR DELETE ON file_openings FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER file_openings_no_truncate BEFORE TRUNCATE ON file_openings FOR EACH STATEMENT EXECUTE FUNCTION append_only()
