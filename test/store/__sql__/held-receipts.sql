select "stream_id", "sequence", "inspection_id", "payload_sha256" from "receipt" where (("stream_id", "sequence") in (($1, $2)) or "inspection_id" in ($3))
