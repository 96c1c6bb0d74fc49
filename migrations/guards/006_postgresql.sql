-- What keeps the index of campaigns' gifts on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE FUNCTION donation_shares_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO campaign_gifts (campaign_id, method, state, date, document_id, recorder_id, amount)
    SELECT NEW.campaign_id, n.method, d.state, NEW.date, NEW.document_id, d.created_by, NEW.amount
    FROM documents d JOIN donations n ON n.document_id = d.id WHERE d.id = NEW.document_id;
  RETURN NEW;
END $$
--;
CREATE TRIGGER donation_shares_take_place AFTER INSERT ON donation_shares FOR EACH ROW EXECUTE FUNCTION donation_shares_take_place()
--;
CREATE FUNCTION documents_change_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE campaign_gifts g SET state = NEW.state
    FROM donation_shares s JOIN donations n ON n.document_id = s.document_id
    WHERE s.document_id = NEW.id AND g.campaign_id = s.campaign_id AND g.method = n.method
    AND g.state = OLD.state AND g.date = s.date AND g.document_id = NEW.id;
  RETURN NEW;
END $$
--;
CREATE TRIGGER documents_change_place AFTER UPDATE OF state ON documents FOR EACH ROW WHEN (NEW.kind = 'gift' AND NEW.state <> OLD.state) EXECUTE FUNCTION documents_change_place()
