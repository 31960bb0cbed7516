package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.ReportedFault;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.json.Json;
import io.deltamirror.lake.apply.DeadLetterReplay;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.yaml.snakeyaml.Yaml;

/** The answers' schemas in openapi.yaml are the records that are answered with. */
class ApiDescriptionTest {
  private static final Map<String, Class<?>> ANSWERS =
      Map.of(
          "MirroringStatus", MirrorReport.class,
          "TablesMirroringStatus", TablesAnswer.class,
          "TableMirroringStatus", TableReport.class,
          "Fault", ReportedFault.class,
          "DeadLetters", DeadLetterDesk.Page.class,
          "DeadLetter", DeadLetter.class,
          "Replay", DeadLetterReplay.Result.class,
          "Problem", Problem.class);

  static final Set<String> NAMES = new TreeSet<>(ANSWERS.keySet());

  private static JsonNode schemas;

  @BeforeAll
  static void read() throws IOException {
    Object document = new Yaml().load(Files.readString(Path.of("..", "openapi.yaml")));
    schemas = Json.mapper().valueToTree(document).path("components").path("schemas");
  }

  @Test
  void everySchemaIsOfAnAnswer() {
    assertThat(fieldNames(schemas)).isEqualTo(NAMES);
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aSchemaHasThePropertiesOfItsRecord(String name) {
    List<String> faults = new ArrayList<>();
    compare(name, schemas.path(name), ANSWERS.get(name), faults);
    assertThat(faults).isEmpty();
  }

  private static void compare(String at, JsonNode schema, Type type, List<String> faults) {
    if (schema.has("$ref")) {
      String referred = schema.path("$ref").asText().replace("#/components/schemas/", "");
      expect(at + " refers to", ANSWERS.get(referred), type, faults);
      return;
    }
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      expect(at, schema.path("type").asText(), "array", faults);
      compare(at + "[]", schema.path("items"), list.getActualTypeArguments()[0], faults);
      return;
    }
    expect(at, schema.path("type").asText(), jsonType(type), faults);
    if (type instanceof Class<?> answer && answer.isEnum() && schema.has("enum")) {
      expect(at, texts(schema.path("enum")), texts(constants(answer)), faults);
    }
    if (type instanceof Class<?> answer && answer.isRecord()) {
      compareMembers(at, schema, answer, faults);
    }
  }

  private static void compareMembers(
      String at, JsonNode schema, Class<?> answer, List<String> faults) {
    Set<String> names = new TreeSet<>();
    Set<String> required = new TreeSet<>();
    for (RecordComponent component : answer.getRecordComponents()) {
      String name = component.getName();
      names.add(name);
      if (!mayBeAbsent(component)) {
        required.add(name);
      }
      if (schema.path("properties").has(name)) {
        Type type = component.getGenericType();
        compare(at + "." + name, schema.path("properties").path(name), present(type), faults);
      }
    }
    expect(at, fieldNames(schema.path("properties")), names, faults);
    expect(at + " requires", texts(schema.path("required")), required, faults);
  }

  private static boolean mayBeAbsent(RecordComponent component) {
    // The annotation of a component goes to what can bear it: here the accessor and the field.
    return component.getType() == Optional.class
        || component.getAccessor().isAnnotationPresent(JsonInclude.class);
  }

  private static Type present(Type type) {
    return type instanceof ParameterizedType optional && optional.getRawType() == Optional.class
        ? optional.getActualTypeArguments()[0]
        : type;
  }

  private static String jsonType(Type type) {
    if (type == String.class || type == Instant.class) {
      return "string";
    }
    if (type == boolean.class) {
      return "boolean";
    }
    if (type == int.class || type == long.class || type == Long.class) {
      return "integer";
    }
    return type instanceof Class<?> answer && answer.isEnum() ? "string" : "object";
  }

  private static JsonNode constants(Class<?> answer) {
    return Json.mapper().valueToTree(answer.getEnumConstants());
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static Set<String> fieldNames(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void expect(String at, Object described, Object answered, List<String> faults) {
    if (!described.equals(answered)) {
      faults.add(at + ": described as " + described + ", answered as " + answered);
    }
  }
}
