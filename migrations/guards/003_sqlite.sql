-- What is never deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER programmes_no_delete BEFORE DELETE ON programmes
BEGIN
  SELECT RAISE(ABORT, 'programmes_append_only');
END
--;
CREATE TRIGGER awards_no_delete BEFORE DELETE ON awards
BEGIN
  SELECT RAISE(ABORT, 'awards_append_only');
END
--;
CREATE TRIGGER member_ties_no_delete BEFORE DELETE ON member_ties
BEGIN
  SELECT RAISE(ABORT, 'member_ties_append_only');
END
--;
CREATE TRIGGER conflicts_no_delete BEFORE DELETE ON conflicts
BEGIN
  SELECT RAISE(ABORT, 'conflicts_append_only');
END
--;
CREATE TRIGGER scores_no_delete BEFORE DELETE ON scores
BEGIN
  SELECT RAISE(ABORT, 'scores_append_only');
END
--;
CREATE TRIGGER meetings_no_delete BEFORE DELETE ON meetings
BEGIN
  SELECT RAISE(ABORT, 'meetings_append_only');
END
--;
CREATE TRIGGER votes_no_delete BEFORE DELETE ON votes
BEGIN
  SELECT RAISE(ABORT, 'votes_append_only');
END
--;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
BEGIN
  SELECT RAISE(ABORT, 'decisions_append_only');
END
--;
CREATE TRIGGER complaints_no_delete BEFORE DELETE ON complaints
BEGIN
  SELECT RAISE(ABORT, 'complaints_append_only');
END
