-- What keeps the index of campaigns' gifts on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER donation_shares_take_place AFTER INSERT ON donation_shares
BEGIN
  INSERT INTO campaign_gifts (campaign_id, method, state, date, document_id, recorder_id, amount)
    SELECT NEW.campaign_id, n.method, d.state, NEW.date, NEW.document_id, d.created_by, NEW.amount
    FROM documents d JOIN donations n ON n.document_id = d.id WHERE d.id = NEW.document_id;
END
--;
CREATE TRIGGER documents_change_place AFTER UPDATE OF state ON documents WHEN NEW.kind = 'gift' AND NEW.state <> OLD.state
BEGIN
  UPDATE campaign_gifts SET state = NEW.state
    FROM donation_shares s JOIN donations n ON n.document_id = s.document_id
    WHERE s.document_id = NEW.id AND campaign_gifts.campaign_id = s.campaign_id AND campaign_gifts.method = n.method
    AND campaign_gifts.state = OLD.state AND campaign_gifts.date = s.date AND campaign_gifts.document_id = NEW.id;
END
