-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER schools_no_delete BEFORE DELETE ON schools
BEGIN
  SELECT RAISE(ABORT, 'schools_append_only');
END
--;
CREATE TRIGGER recipients_no_delete BEFORE DELETE ON recipients
BEGIN
  SELECT RAISE(ABORT, 'recipients_append_only');
END
--;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN
  SELECT RAISE(ABORT, 'evidence_append_only');
END
--;
CREATE TRIGGER file_openings_no_update BEFORE UPDATE ON file_openings
BEGIN
  SELECT RAISE(ABORT, 'file_openings_append_only');
END
--;
CREATE TRIGGER file_openings_no_delete BEFORE DELETE ON file_openings
BEGIN
  SELECT RAISE(ABORT, 'file_openings_append_only');
END
