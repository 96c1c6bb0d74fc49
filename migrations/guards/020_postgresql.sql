-- A rule of quorum is neither changed nor deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER quorum_rules_no_update BEFORE UPDATE ON quorum_rules FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER quorum_rules_no_delete BEFORE DELETE ON quorum_rules FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER quorum_rules_no_truncate BEFORE TRUNCATE ON quorum_rules FOR EACH STATEMENT EXECUTE FUNCTION append_only()
