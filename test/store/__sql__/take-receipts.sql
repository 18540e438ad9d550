insert into "receipt" ("stream_id", "sequence", "inspection_id", "dead_letter_id", "payload_sha256") values ($1, $2, $3, $4, $5) on conflict do nothing returning "inspection_id"
