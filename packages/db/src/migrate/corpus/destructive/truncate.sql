truncate embedding;
