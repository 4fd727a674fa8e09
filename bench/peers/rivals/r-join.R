# Rscript r-join.R PACKAGE WORK WAY FOLDER PLACES RUNS THREADS OUT: run by r.mjs. Reads the columns, prepares, warms up, takes the times, and leaves
# the pairs of the last run as 32-bit row numbers from 0 in OUT.query and OUT.row. The last line of its output is JSON.
args <- commandArgs(trailingOnly = TRUE)
package <- args[1]; work <- args[2]; way <- args[3]; folder <- args[4]
places <- as.integer(args[5]); runs <- as.integer(args[6]); threads <- as.integer(args[7]); out <- args[8]
suppressPackageStartupMessages(library(package, character.only = TRUE))

column <- function(table, name) {
  path <- file.path(folder, paste0(table, ".", name))
  readBin(path, "integer", n = file.size(path) / 4, size = 4)
}
key <- column("stays", "key"); start <- column("stays", "start"); end <- column("stays", "end"); person <- column("stays", "person")
self <- work == "self"
vkey <- if (self) key else column("visits", "key")
vstart <- if (self) start else column("visits", "start")
vend <- if (self) end else column("visits", "end")
vperson <- if (self) person else column("visits", "person")
PIECE <- if (self) 2048L else 4096L

# Each way is prepare() -> state and join(state) -> list(query, row), numbered from 1; one() leaves out a person with itself and, in a self-join, the second of each pair.
one <- function(query, row) {
  keep <- if (self) query < row & vperson[query] != person[row] else vperson[query] != person[row]
  list(query = query[keep], row = row[keep])
}

if (package == "data.table") {
  setDTthreads(threads)
  # Ends included, as foverlaps takes them; the columns it returns are row numbers of the tables as keyed.
  stays <- data.table(place = key, start = start, last = end - 1L, person = person, row = seq_along(key))
  visits <- data.table(place = vkey, start = vstart, last = vend - 1L, person = vperson, query = seq_along(vkey))
  longest <- max(end - start)
  by <- c("place", "start", "last")
  found <- function(stays) {
    hits <- foverlaps(visits, stays, by.x = by, by.y = by, type = "any", nomatch = NULL, which = TRUE)
    one(hits$xid, stays$row[hits$yid])
  }
  nonEqui <- function(stays) {
    hits <- stays[visits, on = .(place, start <= last, last >= start), nomatch = NULL, allow.cartesian = TRUE, .(query = i.query, row = x.row)]
    one(hits$query, hits$row)
  }
  inPieces <- function(stays) {
    first <- (if (self) visits$start else visits$start - longest) %/% PIECE
    count <- visits$last %/% PIECE - first + 1L
    at <- rep.int(seq_along(first), count)
    pieces <- data.table(place = visits$place[at], piece = sequence(count, first), query = at)
    hits <- stays[pieces, on = .(place, piece), nomatch = NULL, allow.cartesian = TRUE, .(query = i.query, row = x.row, start = x.start, last = x.last)]
    if (self) {
      # Each pair once: the later arrival, by row as rows are in the order of arrival.
      keep <- hits$row > hits$query & hits$start <= visits$last[hits$query] & person[hits$row] != vperson[hits$query]
    } else {
      keep <- hits$start <= visits$last[hits$query] & hits$last >= visits$start[hits$query] & person[hits$row] != vperson[hits$query]
    }
    list(query = hits$query[keep], row = hits$row[keep])
  }
  keyed <- function() { sorted <- copy(stays); setkey(sorted, place, start, last); sorted }
  ways <- list(
    "foverlaps" = list(prepare = keyed, join = found),
    "foverlaps with its setkey" = list(prepare = function() NULL, join = function(state) found(keyed())),
    "non-equi join" = list(prepare = function() if (work == "log") stays else keyed(), join = nonEqui),
    "pieces of time" = list(
      prepare = function() { sorted <- copy(stays); sorted[, piece := start %/% PIECE]; setkey(sorted, place, piece); sorted },
      join = inPieces
    )
  )
} else {
  base <- min(start) - 1L # ranges of whole numbers from 1, both ends included
  levels <- as.character(seq_len(places))
  # Levels are set as they are: as.character over millions of rows would be the slow part
  named <- function(key) { codes <- key + 1L; attr(codes, "levels") <- levels; class(codes) <- "factor"; codes }
  ranges <- function(key, start, end) GRanges(named(key), IRanges(start - base, end - base - 1L))
  subject <- ranges(key, start, end)
  query <- if (self) subject else GRanges(named(vkey), IRanges(vstart - base, vend - base - 1L), seqinfo = seqinfo(subject))
  overlaps <- function(state) { hits <- findOverlaps(query, state); one(queryHits(hits), subjectHits(hits)) }
  ways <- list(
    "findOverlaps on a GNCList" = list(prepare = function() GNCList(subject), join = overlaps),
    "findOverlaps" = list(
      prepare = function() NULL,
      join = if (self) {
        function(state) { hits <- findOverlaps(query, drop.self = TRUE, drop.redundant = TRUE); one(queryHits(hits), subjectHits(hits)) }
      } else {
        function(state) overlaps(subject)
      }
    )
  )
}

state <- ways[[way]]$prepare()
pairs <- ways[[way]]$join(state)
count <- length(pairs$query)
times <- numeric(0)
while (length(times) < runs) {
  pairs <- NULL
  invisible(gc())
  times <- c(times, system.time(pairs <- ways[[way]]$join(state), gcFirst = FALSE)[["elapsed"]] * 1000)
  stopifnot(length(pairs$query) == count)
}
writeBin(pairs$query - 1L, paste0(out, ".query"), size = 4)
writeBin(pairs$row - 1L, paste0(out, ".row"), size = 4)
peak <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1024
cat(sprintf("\n{\"times\": [%s], \"pairs\": %d, \"bytes\": %.0f, \"peakMB\": %.0f}\n", paste(times, collapse = ", "), count, if (is.null(state)) 0 else as.numeric(object.size(state)), peak))
