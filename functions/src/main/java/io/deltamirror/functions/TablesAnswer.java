package io.deltamirror.functions;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.deltamirror.core.control.TablePage;
import io.deltamirror.core.control.TableReport;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The answer of Fabric's {@code getTablesMirroringStatus}. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record TablesAnswer(
    List<TableReport> data, Optional<String> continuationToken, Optional<String> continuationUri) {

  static final String TOKEN = "continuationToken";

  /**
   * Answers with a page.
   *
   * @param request of this page; its query is left out of the next one's, as a key may be in it
   */
  static TablesAnswer of(TablePage page, URI request) {
    String address = request.toString().replaceFirst("[?#].*", "");
    return new TablesAnswer(
        page.tables(),
        page.continuationToken(),
        page.continuationToken().map(token -> address + "?" + TOKEN + "=" + token));
  }
}
