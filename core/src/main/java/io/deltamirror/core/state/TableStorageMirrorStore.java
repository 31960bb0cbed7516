package io.deltamirror.core.state;

import com.azure.core.http.rest.PagedResponse;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.data.tables.models.TableServiceException;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.StorageRequests;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A {@link MirrorStore} in one table of Azure Table storage, or of Azurite: the mirror is the
 * partition key, the document's name the row key. Thread-safe.
 *
 * <p>A write whose answer is lost is sent again, and then meets what it has written itself. So each
 * version carries the id of the write that made it, by which it is known again. When it was not
 * only lost but followed by another's write before it was sent again, nobody can tell: that ends in
 * {@code STATE_UNAVAILABLE}, as for every request that was never answered, and the caller has to
 * read again what is there.
 */
public final class TableStorageMirrorStore implements MirrorStore {
  /** Documents of a page: even when all have the largest size, their JSON is below the limit. */
  private static final int PAGE = 100;

  private static final int MOST_PAGES = 10_000;
  private static final Set<String> MISSING = Set.of("ResourceNotFound", "EntityNotFound");

  private final TableClient table;
  private final StorageRequests requests;

  TableStorageMirrorStore(TableClient table, StorageRequests requests) {
    this.table = table;
    this.requests = requests;
  }

  @Override
  public Optional<Document> get(String mirror, String name) {
    DocumentEntity.checkKeys(mirror, name);
    return asking("cannot read " + name, () -> read(mirror, name).map(DocumentEntity::document));
  }

  @Override
  public Optional<Document> create(String mirror, String name, String text) {
    String write = UUID.randomUUID().toString();
    TableEntity entity = DocumentEntity.of(mirror, name, text, write);
    return writing(
        "cannot write " + name,
        () ->
            requests.run(
                unanswered -> {
                  try {
                    return written(
                        entity, text, table.createEntityWithResponse(entity, null, Context.NONE));
                  } catch (RuntimeException e) {
                    return refused(e, 409, mirror, name, write, unanswered);
                  }
                }));
  }

  @Override
  public Optional<Document> replace(Document read, String text) {
    String write = UUID.randomUUID().toString();
    TableEntity entity = DocumentEntity.of(read.mirror(), read.name(), text, write);
    DocumentEntity.condition(entity, read.etag());
    return writing(
        "cannot write " + read.name(),
        () ->
            requests.run(
                unanswered -> {
                  try {
                    return written(
                        entity,
                        text,
                        table.updateEntityWithResponse(
                            entity, TableEntityUpdateMode.REPLACE, true, null, Context.NONE));
                  } catch (RuntimeException e) {
                    int expected = missing(e) ? 404 : 412;
                    return refused(e, expected, read.mirror(), read.name(), write, unanswered);
                  }
                }));
  }

  private static Optional<Document> written(
      TableEntity entity, String text, Response<Void> response) {
    String etag = DocumentEntity.etagOf(response.getHeaders());
    return Optional.of(new Document(entity.getPartitionKey(), entity.getRowKey(), text, etag));
  }

  /** What a refusal means: another's version is there, or the one that this write has made. */
  private Optional<Document> refused(
      RuntimeException e, int expected, String mirror, String name, String write, int unanswered) {
    if (StorageRequests.status(e) != expected) {
      throw e;
    }
    Optional<DocumentEntity> present = read(mirror, name);
    if (present.isPresent() && present.get().write().equals(write)) {
      return present.map(DocumentEntity::document);
    }
    if (unanswered > 0) {
      throw new MirrorException(
          ErrorCode.STATE_UNAVAILABLE,
          name + " was written by another one; whether by us before, is unknown",
          e);
    }
    return Optional.empty();
  }

  @Override
  public boolean delete(Document read) {
    TableEntity entity = DocumentEntity.key(read.mirror(), read.name());
    DocumentEntity.condition(entity, read.etag());
    return writing(
        "cannot delete " + read.name(),
        () ->
            requests.run(
                unanswered -> {
                  try {
                    // The client takes a missing entity for a success, as we do.
                    table.deleteEntityWithResponse(entity, true, null, Context.NONE);
                    return true;
                  } catch (RuntimeException e) {
                    if (StorageRequests.status(e) != 412) {
                      throw e;
                    }
                    if (unanswered > 0) {
                      throw new MirrorException(
                          ErrorCode.STATE_UNAVAILABLE,
                          read.name() + " is there again; whether we deleted it, is unknown",
                          e);
                    }
                    return false;
                  }
                }));
  }

  @Override
  public List<Document> list(String mirror, String namePrefix) {
    DocumentEntity.checkKeys(mirror, namePrefix + "x");
    String filter = "PartitionKey eq '" + mirror + "'";
    if (!namePrefix.isEmpty()) {
      int last = namePrefix.length() - 1;
      String end = namePrefix.substring(0, last) + (char) (namePrefix.charAt(last) + 1);
      filter += " and RowKey ge '" + namePrefix + "' and RowKey lt '" + end + "'";
    }
    ListEntitiesOptions options = new ListEntitiesOptions().setFilter(filter).setTop(PAGE);
    return asking(
        "cannot list " + namePrefix,
        () -> {
          List<Document> documents = new ArrayList<>();
          each(
              options,
              entity -> {
                Document document = new DocumentEntity(entity).document();
                if (!document.mirror().equals(mirror) || !document.name().startsWith(namePrefix)) {
                  throw DocumentEntity.invalid("a document that was not asked for");
                }
                documents.add(document);
                return true;
              });
          documents.sort(Comparator.comparing(Document::name));
          return documents;
        });
  }

  /** One look for each mirror: the first entity behind the last mirror found. */
  @Override
  public List<String> mirrors() {
    return asking(
        "cannot list the mirrors",
        () -> {
          List<String> mirrors = new ArrayList<>();
          Optional<String> next = firstBehind("");
          while (next.isPresent()) {
            mirrors.add(next.get());
            next = firstBehind(next.get());
          }
          mirrors.sort(Comparator.naturalOrder());
          return mirrors;
        });
  }

  private Optional<String> firstBehind(String mirror) {
    ListEntitiesOptions options =
        new ListEntitiesOptions()
            .setFilter("PartitionKey gt '" + mirror + "'")
            .setSelect(List.of("PartitionKey", "RowKey"))
            .setTop(1);
    List<String> found = new ArrayList<>();
    each(options, entity -> !found.add(entity.getPartitionKey()));
    for (String one : found) {
      if (one == null || one.compareTo(mirror) <= 0 || !DocumentEntity.isKey(one)) {
        throw DocumentEntity.invalid("a list of mirrors that does not end");
      }
    }
    return found.stream().findFirst();
  }

  /** Page by page, each with its own attempts, until there is no further one or enough. */
  private void each(ListEntitiesOptions options, Function<TableEntity, Boolean> more) {
    String token = null;
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      String from = token;
      PagedResponse<TableEntity> page = requests.run(unanswered -> page(options, from));
      for (TableEntity entity : page.getValue()) {
        if (!more.apply(entity)) {
          return;
        }
      }
      token = page.getContinuationToken();
      if (token == null) {
        return;
      }
      if (token.equals(from)) {
        throw DocumentEntity.invalid("a list that does not go on");
      }
    }
    throw DocumentEntity.invalid("a list that does not end");
  }

  private PagedResponse<TableEntity> page(ListEntitiesOptions options, String token) {
    Iterator<PagedResponse<TableEntity>> pages =
        table.listEntities(options, null, Context.NONE).iterableByPage(token).iterator();
    return pages.next();
  }

  private Optional<DocumentEntity> read(String mirror, String name) {
    return requests.run(
        unanswered -> {
          try {
            TableEntity entity =
                table.getEntityWithResponse(mirror, name, null, null, Context.NONE).getValue();
            return Optional.of(new DocumentEntity(entity));
          } catch (RuntimeException e) {
            if (missing(e)) {
              return Optional.<DocumentEntity>empty();
            }
            throw e;
          }
        });
  }

  /** That a table is gone, or a proxy knows nothing, must not look like a mirror without state. */
  private static boolean missing(RuntimeException e) {
    return StorageRequests.status(e) == 404
        && e instanceof TableServiceException known
        && known.getValue() != null
        && MISSING.contains(String.valueOf(known.getValue().getErrorCode()));
  }

  private static <T> T writing(String what, Supplier<T> request) {
    return asking(
        what,
        () -> {
          Failpoints.reach(Failpoint.STORE_WRITING);
          T answer = request.get();
          Failpoints.reach(Failpoint.STORE_WRITTEN);
          return answer;
        });
  }

  private static <T> T asking(String what, Supplier<T> request) {
    try {
      return request.get();
    } catch (MirrorException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new MirrorException(
          ErrorCode.STATE_UNAVAILABLE, what + ": " + StorageRequests.describe(e), e);
    }
  }

  @Override
  public void close() {
    // The client holds nothing that is to be given back.
  }
}
