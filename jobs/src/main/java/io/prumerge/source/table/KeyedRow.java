package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row of a file, with the columns that the names of the file's folders say. */
final class KeyedRow extends CombinedRow {

  private final Map<String, String> keys;
  private final DataRow ofKeys;

  /**
   * @param keys values by column, none of which is the row's own
   */
  KeyedRow(DataRow row, Map<String, String> keys) {
    super(row);
    this.keys = keys;
    ofKeys = new KeyCells();
  }

  @Override
  protected DataRow with(String column, DataRow own) {
    return keys.containsKey(column) ? ofKeys : own;
  }

  /** The cells of the keys. */
  private final class KeyCells extends ValueRow {

    KeyCells() {
      super(Map.of());
    }

    @Override
    public String where() {
      return KeyedRow.this.where();
    }

    @Override
    JsonNode value(String column) {
      String value = keys.get(column);
      return value == null ? MissingNode.getInstance() : TextNode.valueOf(value);
    }

    @Override
    List<Optional<ImagePlace>> held(String column, String id) {
      throw error(column, "is in a folder's name, which holds no picture");
    }
  }
}
