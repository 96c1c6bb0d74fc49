-- Write-offs are never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER write_offs_no_delete BEFORE DELETE ON write_offs
BEGIN
  SELECT RAISE(ABORT, 'write_offs_append_only');
END
