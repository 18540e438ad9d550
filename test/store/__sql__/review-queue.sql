select "waiting"."inspection_id", cause as "cause" from (select "inspection"."inspection_id", "inspection"."decided_at", case
        when inspection.verdict = 'undecided' then 'undecided'
        when inspection.verdict = 'pass' then 'audit'
        when exists (select "reason"."code" from "reason" where "reason"."inspection_id" = "inspection"."inspection_id" and "reason"."decided_at" = "inspection"."decided_at" and "reason"."code" in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)) then 'disputed'
        else 'fail' end as "cause" from "inspection" where "inspection"."decided_at" >= $13 and "inspection"."challenge" = $14 and ("inspection"."verdict" != $15 or (('x' || substr(md5(inspection.inspection_id::text), 1, 7))::bit(28)::int % 1000) < 20) and coalesce((select disposition.reason from disposition
      where disposition.inspection_id = inspection.inspection_id
      order by disposition.decided_at desc, disposition.disposition_id desc limit 1), $16) = $17) as "waiting" left join "review_claim" on "review_claim"."inspection_id" = "waiting"."inspection_id" and "review_claim"."claimed_until" > now() where ("review_claim"."claimed_by" is null or "review_claim"."claimed_by" = $18) order by claimed_by is null, case cause when 'fail' then 1 else 0 end, "waiting"."decided_at", "waiting"."inspection_id" limit $19
