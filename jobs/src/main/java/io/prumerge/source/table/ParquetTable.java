package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.prumerge.console.Texts;
import io.prumerge.source.AbsentBytes;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.HuggingFaceRow;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.StagedTable;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.Type;

/** Parquet files of one split. */
final class ParquetTable implements DataTable {

  private final HuggingFaceTable table;
  private final LeftOutRows leftOut;
  private final Map<String, List<ImagePlace>> pictures;
  private final Optional<StagedTable> origin;

  /**
   * @param pictures of rows before, in files of the same table
   * @param origin what messages name in place of the files, if it is a catalog's
   */
  ParquetTable(
      HuggingFaceTable table,
      LeftOutRows leftOut,
      Map<String, List<ImagePlace>> pictures,
      Optional<StagedTable> origin) {
    this.table = table;
    this.leftOut = leftOut;
    this.pictures = pictures;
    this.origin = origin;
  }

  @Override
  public String name() {
    return table.toString();
  }

  @Override
  public List<String> columns() {
    return own(table.columns()).toList();
  }

  /** Returns the columns that are the source's. */
  private Stream<String> own(Collection<String> columns) {
    return columns.stream()
        .filter(column -> origin.isEmpty() || !StagedTable.ADDED.contains(column));
  }

  /** Returns a column's type, if it has one. */
  Optional<Type> type(String column) throws IOException {
    return table.type(column);
  }

  @Override
  public Set<String> fields() {
    return own(table.fields()).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    Set<String> columns = withOuter(wanted);
    if (origin.isPresent()) {
      columns.addAll(StagedTable.ADDED);
    }
    try (AbsentBytes absent = new AbsentBytes(table.hadoop())) {
      leftOut.<HuggingFaceRow>read(
          rows -> table.read(Set.of(), columns, rows),
          row -> {
            if (origin.isPresent()) {
              requireReadable(row);
            }
            sink.accept(new ParquetRow(row, pictures, absent, origin));
          });
    }
  }

  private static void requireReadable(HuggingFaceRow row) {
    row.json(StagedTable.UNREADABLE)
        .filter(JsonNode::isTextual)
        .ifPresent(
            why -> {
              throw new DataException(why.textValue());
            });
  }

  private static Set<String> withOuter(Set<String> columns) {
    Set<String> all = new LinkedHashSet<>(columns);
    columns.forEach(column -> all.add(DataTable.outer(column)));
    return all;
  }

  /** A row of such a table. */
  private static final class ParquetRow extends ValueRow {

    /** Ends the name of a column of structs where the field of their bytes is named itself. */
    private static final String FIELD = ".bytes";

    private final HuggingFaceRow row;
    private final AbsentBytes absent;
    private final Optional<StagedTable> origin;

    ParquetRow(
        HuggingFaceRow row,
        Map<String, List<ImagePlace>> pictures,
        AbsentBytes absent,
        Optional<StagedTable> origin) {
      super(pictures);
      this.row = row;
      this.absent = absent;
      this.origin = origin;
    }

    @Override
    public String where() {
      return origin.map(this::where).orElseGet(row::where);
    }

    private String where(StagedTable table) {
      return table.ids().stream()
          .filter(this::has)
          .findFirst()
          .map(id -> table.name() + ":" + id + " " + Texts.inLine(found(id).asText(), SHOWN))
          .orElse(table.name());
    }

    /** Returns the place of a picture: in this file, or in the one that the row was read from. */
    private ImagePlace.ParquetCell picture(String column, String id, int item) {
      Optional<String> file =
          origin.flatMap(table -> row.json(StagedTable.FILE)).map(JsonNode::textValue);
      return file.isEmpty()
          ? row.image(column, id, item)
          : new ImagePlace.ParquetCell(
              id,
              new Path(URI.create(file.get())).toString(),
              row.integer(StagedTable.ROW),
              column,
              item);
    }

    @Override
    JsonNode value(String column) {
      return row.json(column).orElse(MissingNode.getInstance());
    }

    /** Returns the pictures of structs and bytes, whatever texts would be. */
    @Override
    public List<Optional<ImagePlace>> images(String column, boolean files, String id) {
      JsonNode value = found(column);
      if (column.endsWith(FIELD) && isUnread(value)) {
        return images(column.substring(0, column.length() - FIELD.length()), files, id);
      }
      boolean bytes = any(value, JsonNode::isBinary);
      return super.images(column, files && !bytes, id);
    }

    @Override
    public Optional<FrameList> frames(String column, String id) {
      JsonNode value = found(column);
      if (column.endsWith(FIELD) && isUnread(value)) {
        return frames(column.substring(0, column.length() - FIELD.length()), id);
      }
      if (!value.isArray()) {
        return Optional.empty();
      }
      ImagePlace.ParquetCell first = picture(column, "", 0);
      boolean structs = any(value, JsonNode::isObject) && !absent.inAll(first);
      for (JsonNode frame : value) {
        boolean struct = frame.isObject() && structs;
        if (!struct && !frame.isBinary() && !frame.isNull() && !frame.isMissingNode()) {
          throw error(
              column,
              "is a list of something else than frames, which are bytes, or structs of bytes and"
                  + " path: "
                  + Texts.inLine(frame.toString(), SHOWN));
        }
      }
      return Optional.of(new FrameList(id, first.file(), first.row(), column, value.size()));
    }

    /** Returns whether the driver has nothing, as of bytes beside which a struct has others. */
    private static boolean isUnread(JsonNode value) {
      return value.isMissingNode() || any(value, JsonNode::isMissingNode);
    }

    private static boolean any(JsonNode value, Predicate<JsonNode> such) {
      return such.test(value)
          || value.isArray() && StreamSupport.stream(value.spliterator(), false).anyMatch(such);
    }

    @Override
    List<Optional<ImagePlace>> structs(
        String column, List<JsonNode> structs, boolean files, String id) {
      List<Optional<ImagePlace>> places = new ArrayList<>();
      for (int item = 0; item < structs.size(); item++) {
        ImagePlace.ParquetCell cell = picture(column, numbered(id, item, structs.size()), item);
        places.add(struct(column, structs.get(item), cell, files));
      }
      return places;
    }

    private Optional<ImagePlace> struct(
        String column, JsonNode struct, ImagePlace.ParquetCell cell, boolean files) {
      if (struct.isNull()) {
        return NONE;
      }
      if (struct.path(BYTES).isTextual()) {
        requireBase64(column, struct.path(BYTES).textValue());
      }
      boolean named = !struct.path(PATH).asText("").isEmpty();
      boolean none = absent.inAll(cell) || files && named && absent.in(cell);
      if (none && !named && !struct.isEmpty()) {
        requirePicture(column, struct);
      }
      return none && !named ? NONE : Optional.of(none ? file(column, struct, files) : cell);
    }

    @Override
    List<Optional<ImagePlace>> held(String column, String id) {
      JsonNode value = found(column);
      if (value.isArray()) {
        return items(column, value, id);
      }
      if (value.isTextual() && isReference(value.textValue().length())) {
        return value.textValue().isEmpty() ? List.of() : referred(column, value.textValue());
      }
      if (value.isMissingNode() || value.isNull()) {
        return List.of();
      }
      requirePicture(column, value);
      ImagePlace picture = picture(column, id, 0);
      return value.isTextual() // no text refers to bytes
          ? holding(id, List.of(picture))
          : List.of(Optional.of(picture));
    }

    private List<Optional<ImagePlace>> items(String column, JsonNode list, String id) {
      List<Optional<ImagePlace>> places = new ArrayList<>();
      for (int item = 0; item < list.size(); item++) {
        boolean none = list.get(item).isNull() || list.get(item).isMissingNode();
        if (!none) {
          requirePicture(column, list.get(item));
        }
        places.add(
            none ? NONE : Optional.of(picture(column, numbered(id, item, list.size()), item)));
      }
      return places;
    }

    private void requirePicture(String column, JsonNode value) {
      if (!value.isBinary() && !value.isTextual()) {
        throw error(
            column,
            "holds no picture (a struct of bytes and path, bytes, or base64 text); of another"
                + " struct, name a field: "
                + Texts.inLine(value.toString(), SHOWN));
      }
    }
  }
}
