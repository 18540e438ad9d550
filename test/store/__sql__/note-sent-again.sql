update "report_channel" set "again_from" = case when delivered_up_to > $1 then $2::bigint + 1 end where "channel" = $3 and "again_from" = $4
