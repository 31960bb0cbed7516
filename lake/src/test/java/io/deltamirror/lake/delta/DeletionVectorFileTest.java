package io.deltamirror.lake.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.delta.kernel.internal.deletionvectors.DeletionVectorUtils;
import io.delta.kernel.internal.deletionvectors.RoaringBitmapArray;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionVectorFileTest {
  private static final String TABLE = "Tables/public/t";

  @TempDir Path lake;
  private LakeStorage storage;

  @BeforeEach
  void openLake() throws IOException {
    storage = new LocalLakeStorage(lake);
  }

  private static RowSet random(long seed, int count, long bound) {
    Random random = new Random(seed);
    RowSet.Builder rows = new RowSet.Builder();
    for (int i = 0; i < count; i++) {
      rows.add((long) (random.nextDouble() * bound));
    }
    return rows.build();
  }

  @Test
  void oneFileHoldsTheVectorsOfManyDataFiles() throws IOException {
    List<RowSet> sets =
        List.of(random(1, 5, 10), random(2, 10_000, 1_000_000), random(3, 100, 0xFFFF_FFFFL));

    List<DeletionVectorDescriptor> written = DeletionVectorFile.write(storage, TABLE, sets);

    try (Stream<Path> files = Files.list(lake.resolve(TABLE))) {
      assertThat(files).hasSize(1);
    }
    for (int i = 0; i < sets.size(); i++) {
      assertThat(DeletionVectorFile.read(storage, TABLE, written.get(i)).bitmap())
          .isEqualTo(sets.get(i).bitmap());
      assertThat(written.get(i).getCardinality()).isEqualTo(sets.get(i).size());
      assertThat(byKernel(written.get(i))).isEqualTo(positions(sets.get(i)));
    }
  }

  private static long[] positions(RowSet rows) {
    return rows.bitmap().stream().mapToLong(Integer::toUnsignedLong).sorted().toArray();
  }

  private long[] byKernel(DeletionVectorDescriptor descriptor) {
    RoaringBitmapArray bitmap =
        DeletionVectorUtils.loadNewDvAndBitmap(
                new LakeEngine(storage), LakeFileIO.kernelPath(TABLE), descriptor)
            ._2;
    return Arrays.stream(bitmap.toArray()).sorted().toArray();
  }

  @Test
  void vectorInTheLogItselfIsRead() throws IOException {
    RowSet rows = random(5, 100, 1000);
    DeletionVectorDescriptor written =
        DeletionVectorFile.write(storage, TABLE, List.of(rows)).get(0);
    byte[] file = Files.readAllBytes(onlyFile());
    byte[] bitmap = Arrays.copyOfRange(file, 5, 5 + written.getSizeInBytes());
    String text = Base85Codec.encodeBytes(bitmap);

    RowSet read =
        DeletionVectorFile.read(
            storage,
            TABLE,
            new DeletionVectorDescriptor(
                DeletionVectorDescriptor.INLINE_DV_MARKER,
                text,
                Optional.empty(),
                bitmap.length,
                rows.size()));

    assertThat(read.bitmap()).isEqualTo(rows.bitmap());
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(lake.resolve(TABLE))) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void damageIsNoticed() throws IOException {
    DeletionVectorDescriptor written =
        DeletionVectorFile.write(storage, TABLE, List.of(random(1, 100, 1000))).get(0);
    Path file = onlyFile();
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);

    assertThatThrownBy(() -> DeletionVectorFile.read(storage, TABLE, written))
        .isInstanceOf(IOException.class);
  }

  @Test
  void positionsOutsideAFileAreRefused() {
    assertThatThrownBy(() -> new RowSet.Builder().add(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RowSet.Builder().add(1L << 32))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
