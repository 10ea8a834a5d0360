package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.prumerge.console.Texts;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Parquet files of one split. */
final class ParquetTable implements DataTable {

  private final HuggingFaceTable table;
  private final LeftOutRows leftOut;

  ParquetTable(HuggingFaceTable table, LeftOutRows leftOut) {
    this.table = table;
    this.leftOut = leftOut;
  }

  @Override
  public String name() {
    return table.toString();
  }

  @Override
  public List<String> columns() {
    return table.columns();
  }

  @Override
  public void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    Map<String, List<ImagePlace>> pictures = new HashMap<>();
    leftOut.<HuggingFaceRow>read(
        rows -> table.read(Set.of(), withOuter(wanted), rows),
        row -> sink.accept(new ParquetRow(row, pictures)));
  }

  private static Set<String> withOuter(Set<String> columns) {
    Set<String> all = new LinkedHashSet<>(columns);
    columns.forEach(column -> all.add(DataTable.outer(column)));
    return all;
  }

  /** A row of such a table. */
  private static final class ParquetRow extends ValueRow {

    private final HuggingFaceRow row;

    ParquetRow(HuggingFaceRow row, Map<String, List<ImagePlace>> pictures) {
      super(pictures);
      this.row = row;
    }

    @Override
    public String where() {
      return row.where();
    }

    @Override
    JsonNode value(String column) {
      return row.json(column).orElse(MissingNode.getInstance());
    }

    /** Returns the pictures of structs and bytes, whatever texts would be. */
    @Override
    public List<ImagePlace> images(String column, boolean files, String id) {
      JsonNode value = value(column);
      boolean texts = value.isTextual() || value.path(0).isTextual();
      return texts ? super.images(column, files, id) : held(column, id);
    }

    @Override
    List<ImagePlace> held(String column, String id) {
      JsonNode value = value(column);
      if (value.isArray()) {
        return items(column, value, id);
      }
      if (value.isTextual() && isReference(value.textValue().length())) {
        return value.textValue().isEmpty() ? List.of() : referred(column, value.textValue());
      }
      if (value.isMissingNode()) {
        return List.of();
      }
      requirePicture(column, value);
      return holding(id, List.of(row.image(column, id, 0)));
    }

    private List<ImagePlace> items(String column, JsonNode list, String id) {
      List<ImagePlace> places = new ArrayList<>();
      for (int item = 0; item < list.size(); item++) {
        if (!list.get(item).isNull()) {
          requirePicture(column, list.get(item));
          places.add(row.image(column, list.size() == 1 ? id : id + "/" + item, item));
        }
      }
      return places;
    }

    private void requirePicture(String column, JsonNode value) {
      if (!value.isObject() && !value.isBinary() && !value.isTextual()) {
        throw error(
            column,
            "holds no picture (a struct of bytes and path, bytes, or base64 text): "
                + Texts.inLine(value.toString(), SHOWN));
      }
    }
  }
}
