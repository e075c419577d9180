delete from document where superseded_at is not null;
