package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/** A CSV or TSV file. All its cells are texts; base64 pictures are located, not read. */
final class CellTable implements DataTable {

  private final TsvTable table;
  private final Path file;
  private final LeftOutRows leftOut;
  private final Map<String, List<ImagePlace>> pictures;

  private CellTable(
      TsvTable table, Path file, LeftOutRows leftOut, Map<String, List<ImagePlace>> pictures) {
    this.table = table;
    this.file = file;
    this.leftOut = leftOut;
    this.pictures = pictures;
  }

  /**
   * Opens a table with names for all its columns.
   *
   * @param pictures of rows before, in files of the same table
   * @throws DataException if one has none
   */
  static CellTable open(
      TsvTable table, Path file, LeftOutRows leftOut, Map<String, List<ImagePlace>> pictures) {
    int unnamed = table.columns().indexOf("");
    if (unnamed >= 0) {
      throw new DataException(
          Text.format(
              "%s:1: column %d has no name (pandas writes its index so; without it by index=False)",
              file.getName(), unnamed + 1));
    }
    return new CellTable(table, file, leftOut, pictures);
  }

  @Override
  public String name() {
    return file.getName();
  }

  @Override
  public List<String> columns() {
    return table.columns();
  }

  @Override
  public Set<String> fields() {
    return new LinkedHashSet<>(table.columns());
  }

  @Override
  public void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    leftOut.<TsvRow>read(
        table::read,
        row -> {
          row.requireWhole();
          sink.accept(new CellRow(row, pictures));
        });
  }

  /** A row of such a table. */
  private static final class CellRow extends ValueRow {

    private final TsvRow row;

    CellRow(TsvRow row, Map<String, List<ImagePlace>> pictures) {
      super(pictures);
      this.row = row;
    }

    @Override
    public String where() {
      return row.where();
    }

    @Override
    JsonNode value(String column) {
      return row.optionalText(column)
          .<JsonNode>map(TextNode::valueOf)
          .orElse(MissingNode.getInstance());
    }

    /** Says so of a cell that is too long for a text, too. */
    @Override
    public boolean has(String column) {
      return row.length(column) > 0;
    }

    @Override
    List<Optional<ImagePlace>> held(String column, String id) {
      if (isReference(row.length(column))) {
        Optional<String> text = row.optionalText(column);
        return text.isEmpty() ? List.of() : referred(column, text.get());
      }
      return holding(id, row.images(column, id));
    }
  }
}
