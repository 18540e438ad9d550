update "station_mark" set "sequence" = case when exists (
          select from receipt where receipt.stream_id = station_mark.stream_id
            and receipt.sequence = station_mark.sequence + 1)
        then (select max(run.sequence) from (
          select receipt.sequence, receipt.sequence - row_number() over (order by receipt.sequence) as base
          from receipt where receipt.stream_id = station_mark.stream_id
            and receipt.sequence > station_mark.sequence) as run
          where run.base = station_mark.sequence)
        else station_mark.sequence end, "highest_sequence" = (select max(receipt.sequence) from receipt
        where receipt.stream_id = station_mark.stream_id), "updated_at" = now() where "stream_id" in ($1) returning "site", "line", "station_id", "stream_id", "sequence"
