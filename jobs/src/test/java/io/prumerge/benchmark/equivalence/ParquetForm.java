package io.prumerge.benchmark.equivalence;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Writes items as the rows of a Parquet file. A value that is none of its column's type is null.
 *
 * @param columns in Parquet's schema language
 */
record ParquetForm(String columns) implements MadeFile.Form {

  @Override
  public void write(Path file, List<JsonNode> items) throws IOException {
    Files.deleteIfExists(file);
    GroupType schema = MessageTypeParser.parseMessageType("message schema { " + columns + " }");
    try (ParquetFixture table = ParquetFixture.file(file, columns)) {
      for (JsonNode item : items) {
        table.row(row -> fill(row, schema, item));
      }
    }
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  private static void fill(Group group, GroupType type, JsonNode item) {
    for (Type field : type.getFields()) {
      fill(group, field, item.path(field.getName()));
    }
  }

  private static void fill(Group group, Type field, JsonNode value) {
    String name = field.getName();
    if (field instanceof PrimitiveType primitive) {
      switch (primitive.getPrimitiveTypeName()) {
        case INT32 -> {
          if (value.isInt()) {
            group.add(name, value.intValue());
          }
        }
        case INT64 -> {
          if (value.isIntegralNumber()) {
            group.add(name, value.longValue());
          }
        }
        default -> {
          if (value.isTextual()) {
            boolean text = primitive.getLogicalTypeAnnotation() != null;
            byte[] picture = text ? new byte[0] : MadePictures.named(value.textValue());
            group.add(
                name,
                text
                    ? Binary.fromString(value.textValue())
                    : Binary.fromConstantByteArray(picture));
          }
        }
      }
    } else if (LogicalTypeAnnotation.listType().equals(field.getLogicalTypeAnnotation())) {
      if (value.isArray()) {
        Group list = group.addGroup(name);
        GroupType repeated = field.asGroupType().getType(0).asGroupType();
        value.forEach(element -> fill(list.addGroup("list"), repeated.getType(0), element));
      }
    } else if (value.isObject()) {
      fill(group.addGroup(name), field.asGroupType(), value);
    }
  }
}
