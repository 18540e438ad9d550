update "report_channel" set "again_from" = least(again_from, $1::bigint) where "channel" = $2 and "delivered_up_to" >= $3
