-- Write-offs are never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER write_offs_no_delete BEFORE DELETE ON write_offs FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER write_offs_no_truncate BEFORE TRUNCATE ON write_offs FOR EACH STATEMENT EXECUTE FUNCTION append_only()
