# Figures about commitments: completion by cycle, ambition against results, single members against the others.
#
#   OGPLD_URL=http://localhost:8000 OGPLD_FIGURES=figures OGPLD_MEMBERS="EST LVA" Rscript ogp-figures.R
#
# OGPLD_MEMBERS has the keys of the members that are compared with all others (else EST).
# R without packages. Beside each figure lies a CSV file with the numbers in it. ogp-figures.ipynb makes the same
# figures with pandas.

server <- sub("/$", "", Sys.getenv("OGPLD_URL", "http://localhost:8000"))
folder <- Sys.getenv("OGPLD_FIGURES", "figures")
chosen <- strsplit(trimws(Sys.getenv("OGPLD_MEMBERS", "EST")), "[[:space:]]+")[[1]]
dir.create(folder, showWarnings = FALSE, recursive = TRUE)
unknown <- "not known"

prefixes <- "
PREFIX ogpld: <https://w3id.org/ogpld/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"

# Rows of a query, every cell as text; empty cells are missing, "None" is a value. An answer past a limit of the
# server is an error, so a table is whole.
ask <- function(query) {
  address <- paste0(server, "/sparql?format=csv&query=", URLencode(paste(prefixes, query), reserved = TRUE))
  read.csv(url(address, encoding = "UTF-8"), colClasses = "character", na.strings = "", check.names = FALSE)
}

commitments <- ask("
SELECT ?commitment ?member (MIN(?year) AS ?cycle) ?completion ?impact ?potential ?opened ?early WHERE {
  ?commitment a ogpld:Commitment ; ogpld:member ?m .
  BIND(REPLACE(STR(?m), '^.*/', '') AS ?member)
  OPTIONAL { ?commitment ogpld:plan/ogpld:cycle ?year }
  OPTIONAL { ?commitment ogpld:completion/skos:prefLabel ?completion . FILTER(LANG(?completion) = 'en') }
  OPTIONAL { ?commitment ogpld:potentialImpact/skos:prefLabel ?impact . FILTER(LANG(?impact) = 'en') }
  OPTIONAL { ?commitment ogpld:potentialForResults/skos:prefLabel ?potential . FILTER(LANG(?potential) = 'en') }
  OPTIONAL { ?commitment ogpld:openedGovernment/skos:prefLabel ?opened . FILTER(LANG(?opened) = 'en') }
  OPTIONAL { ?commitment ogpld:earlyResults/skos:prefLabel ?early . FILTER(LANG(?early) = 'en') }
}
GROUP BY ?commitment ?member ?completion ?impact ?potential ?opened ?early
ORDER BY ?commitment")
if (anyDuplicated(commitments$commitment)) stop("a commitment has two values of an indicator")
commitments[is.na(commitments)] <- unknown

members <- ask("
SELECT ?member ?name WHERE {
  ?m a ogpld:Member ; rdfs:label ?name .
  BIND(REPLACE(STR(?m), '^.*/', '') AS ?member)
  FILTER(LANG(?name) = 'en')
}
ORDER BY ?member")
absent <- setdiff(chosen, commitments$member)
if (length(absent)) stop("no commitments of ", paste(absent, collapse = ", "), "; OGPLD_MEMBERS wants keys such as EST")
names_of_chosen <- members$name[match(chosen, members$member)]
names_of_chosen <- ifelse(is.na(names_of_chosen), chosen, names_of_chosen)

codes <- ask("
SELECT ?scheme ?label WHERE {
  ?code skos:inScheme ?scheme ; skos:prefLabel ?label .
  FILTER(LANG(?label) = 'en')
  OPTIONAL { ?code ogpld:rank ?rank }
}
ORDER BY ?scheme ?rank ?label")
# from the lowest rank to the highest, and last what is not known
labels_of <- function(scheme) {
  c(codes$label[codes$scheme == paste0("https://w3id.org/ogpld/code/", scheme)], unknown)
}

about <- paste(readLines(paste0(server, "/release/current.nt"), encoding = "UTF-8"), collapse = "\n")
release <- regmatches(about, regexec("dc/terms/identifier> \"([^\"]+)\"", about))[[1]][2]
date <- regmatches(about, regexec("dc/terms/issued> \"([0-9-]{10})", about))[[1]][2]
source_line <- paste0(
  "Source: ", server, ", release ", release, " of ", date, ". Covers ", format(nrow(commitments), big.mark = ","), " commitments of ",
  length(unique(commitments$member)), " members;\nwhat it leaves out: ", server, "/dataset/ogpld. \"", unknown,
  "\": the data has no value, which says nothing of the commitment.")
message(source_line)

# How many commitments there are for each combination of values, sorted by code points.
counted <- function(...) {
  columns <- c(...)
  table <- aggregate(list(commitments = rep(1L, nrow(commitments))), commitments[columns], sum)
  table <- table[do.call(order, c(unname(as.list(table[columns])), method = "radix")), ]
  rownames(table) <- NULL
  table
}

# A matrix of counts with a row and a column for every label; a combination there is not is 0.
crossed <- function(rows, row_names, columns, column_names) {
  unclass(table(factor(rows, row_names), factor(columns, column_names)))
}

colours <- function(names) c(hcl.colors(length(names) - 1, "Viridis", rev = TRUE), "#c8c8c8")

figure <- function(name, table, draw, width = 1200, height = 800) {
  png(file.path(folder, paste0(name, ".png")), width = width, height = height, res = 130, type = "cairo")
  par(oma = c(2.5, 0, 0, 0), cex = 0.8)
  draw()
  mtext(source_line, side = 1, outer = TRUE, adj = 0.02, cex = 0.5, line = 1.2)
  dev.off()
  write.csv(table, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE, fileEncoding = "UTF-8")
}

completion <- labels_of("completion")

by_cycle <- counted("cycle", "completion")
figure("completion-by-cycle", by_cycle, function() {
  cycles <- sort(unique(commitments$cycle))
  barplot(crossed(commitments$completion, completion, commitments$cycle, cycles), col = colours(completion),
          las = 2, ylab = "Commitments", main = "Completion at the end of the term, by cycle")
  legend("topright", completion, fill = colours(completion), cex = 0.7, title = "Completion", bg = "white")
})

pairs <- list(
  c("impact", "potential-impact", "Potential impact", "opened", "opened-government", "Did it open government"),
  c("potential", "potential-for-results", "Potential for results", "early", "early-results", "Early results"))
table_of_pair <- function(pair) {
  table <- counted(pair[1], pair[4])
  names(table) <- c("ambition", "results", "commitments")
  cbind(pair = paste0(pair[1], "-", pair[4]), table)
}
figure("ambition-against-results", do.call(rbind, lapply(pairs, table_of_pair)), function() {
  par(mfrow = c(1, 2), mar = c(10, 8, 3, 1), oma = c(2.5, 0, 0, 0))
  for (pair in pairs) {
    rows <- labels_of(pair[2])
    columns <- labels_of(pair[5])
    counts <- crossed(commitments[[pair[1]]], rows, commitments[[pair[4]]], columns)
    # the cell in which neither is known would outshine all others
    shade <- counts
    shade[nrow(shade), ] <- NA
    shade[, ncol(shade)] <- NA
    image(seq_along(columns), seq_along(rows), t(shade), col = hcl.colors(20, "Blues 3", rev = TRUE), axes = FALSE,
          xlab = "", ylab = "", main = paste0(pair[3], " /\n", pair[6]), cex.main = 0.8)
    dark <- !is.na(shade) & shade > 0.6 * max(1, shade, na.rm = TRUE)
    text(rep(seq_along(columns), each = length(rows)), rep(seq_along(rows), length(columns)), counts, cex = 0.7,
         col = ifelse(dark, "white", "black"))
    axis(1, seq_along(columns), columns, las = 2, cex.axis = 0.7)
    axis(2, seq_along(rows), rows, las = 2, cex.axis = 0.7)
  }
}, width = 1600, height = 900)

# Shares of all commitments of each group: a share of what is known alone would say that the rest is like it.
group <- names_of_chosen[match(commitments$member, chosen)]
commitments$group <- ifelse(is.na(group), "Others", group)
compared <- counted("group", "completion")
total <- ave(compared$commitments, compared$group, FUN = sum)
compared$share <- sprintf("%.1f", 100 * compared$commitments / total)
figure("members-against-others", compared, function() {
  groups <- c("Others", rev(names_of_chosen))
  counts <- crossed(commitments$completion, completion, commitments$group, groups)
  par(mar = c(8, 6, 3, 1))
  barplot(100 * sweep(counts, 2, pmax(1, colSums(counts)), "/"), col = colours(completion), horiz = TRUE, las = 1,
          names.arg = paste0(groups, "\n(", colSums(counts), ")"), xlab = "Share of commitments, %",
          main = paste0("Completion: ", paste(names_of_chosen, collapse = ", "), " against the others"))
  legend("bottom", completion, fill = colours(completion), ncol = 4, cex = 0.7, inset = c(0, -0.32), xpd = NA)
})
