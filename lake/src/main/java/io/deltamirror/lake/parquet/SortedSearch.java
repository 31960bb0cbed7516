package io.deltamirror.lake.parquet;

import java.io.IOException;
import java.util.Arrays;

/**
 * Finds keys in a row group that is sorted by them. It goes column by column: within rows that
 * agree in the columns before, the next column is sorted, so the page index and then the page's
 * values narrow each span of keys and rows to spans that agree in one column more. Columns need not
 * have the same page boundaries.
 */
final class SortedSearch {
  private final KeySet keys;
  private final KeyPageReader reader;

  SortedSearch(KeySet keys, KeyPageReader reader) {
    this.keys = keys;
    this.reader = reader;
  }

  /** Each span holds one key and, page by page, the rows that have it. */
  Spans search(KeyIndex.RowGroup group) throws IOException {
    Spans spans = new Spans();
    if (keys.size() > 0 && group.rows() > 0) {
      spans.add(0, keys.size(), 0, group.rows());
    }
    for (int column = 0; column < keys.columns().size() && spans.size() > 0; column++) {
      spans = narrow(spans, keys.values(column), group.keyPages().get(column));
    }
    return spans;
  }

  private Spans narrow(Spans spans, KeyValues wanted, KeyPages pages) throws IOException {
    Spans candidates = new Spans();
    for (int i = 0; i < spans.size(); i++) {
      addCandidates(spans, i, wanted, pages, candidates);
    }
    int[] pageOf = new int[candidates.size()];
    int[] series = distinctPages(candidates, pages, pageOf);
    int turn = -1;
    KeyValues values = null;
    Spans found = new Spans();
    for (int i = 0; i < pageOf.length; i++) {
      if (turn < 0 || series[turn] != pageOf[i]) {
        turn++;
        values = reader.read(pages, series, turn);
      }
      match(candidates, i, wanted, values, pages.firstRow(pageOf[i]), found);
    }
    return found;
  }

  /** Fills in the page of each candidate, and returns these pages, each once. */
  private static int[] distinctPages(Spans candidates, KeyPages pages, int[] pageOf) {
    int[] distinct = new int[pageOf.length];
    int count = 0;
    for (int i = 0; i < pageOf.length; i++) {
      pageOf[i] = pages.pageOf(candidates.rowFrom(i));
      if (count == 0 || distinct[count - 1] != pageOf[i]) {
        distinct[count++] = pageOf[i];
      }
    }
    return Arrays.copyOf(distinct, count);
  }

  /** Adds a span for each page whose bounds admit keys of the given span. */
  private static void addCandidates(
      Spans spans, int span, KeyValues wanted, KeyPages pages, Spans candidates) {
    int keyTo = spans.keyTo(span);
    int firstPage = pages.pageOf(spans.rowFrom(span));
    int lastPage = pages.pageOf(spans.rowTo(span) - 1);
    // The first and the last page may hold rows of other spans: their bounds can be out of order.
    addCandidate(spans, span, wanted, pages, firstPage, spans.keyFrom(span), candidates);
    int key = spans.keyFrom(span);
    int page = firstPage + 1;
    while (page < lastPage && key < keyTo) {
      page = pages.upperBounds().lowerBound(wanted, key, page, lastPage);
      if (page < lastPage) {
        key = addCandidate(spans, span, wanted, pages, page, key, candidates);
        page++;
      }
    }
    if (lastPage > firstPage) {
      addCandidate(spans, span, wanted, pages, lastPage, key, candidates);
    }
  }

  /** Returns the first key not below the page: no earlier one can be in the pages after it. */
  private static int addCandidate(
      Spans spans,
      int span,
      KeyValues wanted,
      KeyPages pages,
      int page,
      int keyFrom,
      Spans candidates) {
    int keyTo = spans.keyTo(span);
    int from = wanted.lowerBound(pages.lowerBounds(), page, keyFrom, keyTo);
    int to = wanted.upperBound(pages.upperBounds(), page, from, keyTo);
    if (from < to) {
      candidates.add(
          from,
          to,
          Math.max(spans.rowFrom(span), pages.firstRow(page)),
          Math.min(spans.rowTo(span), pages.firstRow(page + 1)));
    }
    return from;
  }

  private static void match(
      Spans candidates, int span, KeyValues wanted, KeyValues values, int firstRow, Spans found) {
    int row = candidates.rowFrom(span) - firstRow;
    int rowTo = candidates.rowTo(span) - firstRow;
    int key = wanted.lowerBound(values, row, candidates.keyFrom(span), candidates.keyTo(span));
    int keyTo = wanted.upperBound(values, rowTo - 1, key, candidates.keyTo(span));
    while (key < keyTo) {
      row = values.lowerBound(wanted, key, row, rowTo);
      if (row == rowTo) {
        return;
      }
      if (values.compare(row, wanted, key) > 0) {
        key = wanted.lowerBound(values, row, key + 1, keyTo);
        continue;
      }
      int lastRow = values.upperBound(wanted, key, row + 1, rowTo);
      int nextKey = wanted.upperBound(wanted, key, key + 1, keyTo);
      found.add(key, nextKey, firstRow + row, firstRow + lastRow);
      row = lastRow;
      key = nextKey;
    }
  }
}
