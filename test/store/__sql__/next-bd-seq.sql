insert into "sparkplug_node" ("node", "bd_seq") values ($1, $2) on conflict ("node") do update set "bd_seq" = (sparkplug_node.bd_seq + 1) % 256 returning "bd_seq"
