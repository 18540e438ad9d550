select "inspection"."inspection_id", "inspection"."site", "inspection"."line", "inspection"."station_id", "inspection"."serial", "inspection"."attempt", "inspection"."lot", "inspection"."product_id", "inspection"."verdict", "inspection"."triggered_at", "inspection"."decided_at", "inspection"."stored_at", "inspection"."recovered", "inspection"."simulated", "inspection"."challenge", "inspection"."total_ms", "inspection"."takt_ms", array(
      select detection.label from detection
      where detection.inspection_id = inspection.inspection_id and detection.decided_at = inspection.decided_at
        and detection.outcome in ('doubt', 'fail')
      group by detection.label order by max(detection.outcome) desc, detection.label) as "labels", array(
      select reason.code from reason
      where reason.inspection_id = inspection.inspection_id and reason.decided_at = inspection.decided_at
        and reason.scope = 'verdict'
      order by reason.position) as "reasons", (select "disposition"."disposition" from "disposition" where "disposition"."inspection_id" = "inspection"."inspection_id" order by "disposition"."decided_at" desc, "disposition"."disposition_id" desc limit $1) as "disposition" from "inspection" where "inspection"."verdict" = $2 and "inspection"."station_id" = $3 and "inspection"."serial" = $4 and "inspection"."lot" = $5 and "inspection"."product_id" = $6 and ("inspection"."decided_at", "inspection"."inspection_id") < ($7, $8) order by "inspection"."decided_at" desc, "inspection"."inspection_id" desc limit $9
