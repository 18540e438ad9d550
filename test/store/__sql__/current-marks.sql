select distinct on ("site", "line", "station_id") "site", "line", "station_id", "stream_id", "sequence" from "station_mark" order by "site", "line", "station_id", "updated_at" desc
