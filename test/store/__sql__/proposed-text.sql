select "yaml" from "recipe_proposal" where "sha256" = $1 limit $2
