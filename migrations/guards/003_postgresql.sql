-- What is never deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER programmes_no_delete BEFORE DELETE ON programmes FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER programmes_no_truncate BEFORE TRUNCATE ON programmes FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER awards_no_delete BEFORE DELETE ON awards FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER awards_no_truncate BEFORE TRUNCATE ON awards FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER member_ties_no_delete BEFORE DELETE ON member_ties FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER member_ties_no_truncate BEFORE TRUNCATE ON member_ties FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER conflicts_no_delete BEFORE DELETE ON conflicts FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER conflicts_no_truncate BEFORE TRUNCATE ON conflicts FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER scores_no_delete BEFORE DELETE ON scores FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER scores_no_truncate BEFORE TRUNCATE ON scores FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER meetings_no_delete BEFORE DELETE ON meetings FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER meetings_no_truncate BEFORE TRUNCATE ON meetings FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER votes_no_delete BEFORE DELETE ON votes FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER votes_no_truncate BEFORE TRUNCATE ON votes FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER decisions_no_truncate BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER complaints_no_delete BEFORE DELETE ON complaints FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER complaints_no_truncate BEFORE TRUNCATE ON complaints FOR EACH STATEMENT EXECUTE FUNCTION append_only()
