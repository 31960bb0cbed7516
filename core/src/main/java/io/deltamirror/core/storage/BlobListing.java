package io.deltamirror.core.storage;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import io.deltamirror.core.azure.AnswerRefusedException;
import io.deltamirror.core.azure.StorageRequests;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists blobs, page by page within bounds. Thread-safe. */
final class BlobListing {
  /** Most of a page that the service returns. */
  static final int PAGE = 5_000;

  private static final int MOST_FILES = 2_000_000;
  private static final int MOST_PAGES = 10_000;

  /** How the Blob endpoint of a hierarchical namespace marks a folder among the blobs. */
  private static final String FOLDER = "hdi_isfolder";

  private final BlobContainerClient container;
  private final BlobPaths paths;
  private final StorageRequests requests;
  private final int page;

  /** Until a service refuses to begin anywhere else than at the beginning. */
  private volatile boolean startsAnywhere = true;

  BlobListing(BlobContainerClient container, BlobPaths paths, StorageRequests requests, int page) {
    this.container = container;
    this.paths = paths;
    this.requests = requests;
    this.page = page;
  }

  /** As {@link LakeStorage#list} says. */
  List<LakeFile> list(String folder, String after) throws IOException {
    String names = paths.namesOf(folder);
    ListBlobsOptions options =
        new ListBlobsOptions()
            .setPrefix(names)
            .setStartFrom(start(names, after).orElse(null))
            .setMaxResultsPerPage(page)
            .setDetails(new BlobListDetails().setRetrieveMetadata(true));
    List<LakeFile> files = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      String from = token;
      PagedResponse<BlobItem> answer = BlobLakeStorage.asking(folder, () -> page(options, from));
      files.addAll(BlobLakeStorage.asking(folder, () -> files(answer, names, after)));
      token = answer.getContinuationToken();
      pages++;
      if (pages == MOST_PAGES
          || files.size() > MOST_FILES
          || (token != null && token.equals(from))) {
        throw new AnswerRefusedException(folder + ": a listing that does not end");
      }
    } while (token != null && !token.isEmpty());
    // The service orders by UTF-8, and a hierarchical namespace folder by folder.
    files.sort(Comparator.comparing(LakeFile::path));
    return files;
  }

  private List<LakeFile> files(PagedResponse<BlobItem> answer, String names, String after)
      throws IOException {
    List<LakeFile> files = new ArrayList<>();
    for (BlobItem item : answer.getValue()) {
      file(item, names).filter(file -> file.path().compareTo(after) > 0).ifPresent(files::add);
    }
    return files;
  }

  /**
   * A name that no file behind the path is before, in whichever order the service has them: what
   * the path's last name starts with, as far as it is letters and digits. A log has as many files
   * as the table ever had commits, and only the last ones are asked for.
   */
  private Optional<String> start(String names, String after) {
    String path = paths.prefix() + after;
    if (!startsAnywhere || !path.startsWith(names)) {
      return Optional.empty();
    }
    int end = names.length();
    while (end < path.length() && isPlain(path.charAt(end))) {
      end++;
    }
    return end == names.length() ? Optional.empty() : Optional.of(path.substring(0, end));
  }

  private static boolean isPlain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private PagedResponse<BlobItem> page(ListBlobsOptions options, String token) {
    try {
      return requests.run(unanswered -> asked(options, token));
    } catch (RuntimeException e) {
      if (options.getStartFrom() == null || StorageRequests.status(e) != 400) {
        throw e;
      }
      startsAnywhere = false;
      options.setStartFrom(null);
      return requests.run(unanswered -> asked(options, token));
    }
  }

  private PagedResponse<BlobItem> asked(ListBlobsOptions options, String token) {
    return container.listBlobs(options, token, null).iterableByPage().iterator().next();
  }

  private Optional<LakeFile> file(BlobItem item, String names) throws IOException {
    String name = item.getName();
    if (name == null || !name.startsWith(names)) {
      throw new AnswerRefusedException("a listing with a name that was not asked for");
    }
    if (isFolder(item.getMetadata())) {
      return Optional.empty();
    }
    if (item.getProperties() == null
        || item.getProperties().getContentLength() == null
        || item.getProperties().getLastModified() == null) {
      throw new AnswerRefusedException("a listing without lengths or times");
    }
    // What no path of the lake can mean, such as a/../b, was put there by others.
    return paths
        .path(name)
        .map(
            path ->
                new LakeFile(
                    path,
                    item.getProperties().getContentLength(),
                    item.getProperties().getLastModified().toInstant().toEpochMilli()));
  }

  static boolean isFolder(Map<String, String> metadata) {
    return metadata != null && "true".equalsIgnoreCase(metadata.get(FOLDER));
  }
}
