package io.deltamirror.core.control;

import java.util.List;
import java.util.Optional;

/**
 * Some of a mirror's tables, in the order of their names.
 *
 * @param continuationToken opaque; asks for the next page, empty on the last
 */
public record TablePage(List<TableReport> tables, Optional<String> continuationToken) {
  public TablePage {
    tables = List.copyOf(tables);
  }
}
