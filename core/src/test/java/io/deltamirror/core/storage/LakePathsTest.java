package io.deltamirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.schema.TableName;
import org.junit.jupiter.api.Test;

class LakePathsTest {
  @Test
  void tablesLieInTheirSchemasFolder() {
    assertThat(LakePaths.table(new TableName("public", "orders_2")))
        .isEqualTo("Tables/public/orders_2");
  }

  @Test
  void noNameLeavesTheLake() {
    assertThat(LakePaths.table(new TableName("..", "../../x")))
        .isEqualTo("Tables/_x002E__x002E_/_x002E__x002E__x002F__x002E__x002E__x002F_x");
  }

  @Test
  void spooledNamesSortInStreamOrder() {
    String a = path(new Position(9, 0x7FFF_FFFF_FFFF_FFFFL, 9));
    String b = path(new Position(9, 0x8000_0000_0000_0000L, 1));
    String c = path(new Position(10, 1, 1));
    String d = path(new Position(10, 1, 10));
    assertThat(a).isLessThan(b);
    assertThat(b).isLessThan(c);
    assertThat(c).isLessThan(d);
  }

  private static String path(Position first) {
    return LakePaths.spooled("m", 1, 1, first, first);
  }
}
