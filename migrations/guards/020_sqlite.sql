-- A rule of quorum is neither changed nor deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER quorum_rules_no_update BEFORE UPDATE ON quorum_rules
BEGIN
  SELECT RAISE(ABORT, 'quorum_rules_append_only');
END
--;
CREATE TRIGGER quorum_rules_no_delete BEFORE DELETE ON quorum_rules
BEGIN
  SELECT RAISE(ABORT, 'quorum_rules_append_only');
END
