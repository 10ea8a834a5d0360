package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row of a file, with the columns that the names of the file's folders say. */
final class KeyedRow implements DataRow {

  private final DataRow row;
  private final Map<String, String> keys;
  private final DataRow ofKeys;

  /**
   * @param keys values by column, none of which is the row's own
   */
  KeyedRow(DataRow row, Map<String, String> keys) {
    this.row = row;
    this.keys = keys;
    ofKeys = new KeyCells();
  }

  private DataRow with(String column) {
    return keys.containsKey(column) ? ofKeys : row;
  }

  @Override
  public String where() {
    return row.where();
  }

  @Override
  public boolean has(String column) {
    return with(column).has(column);
  }

  @Override
  public Optional<String> text(String column) {
    return with(column).text(column);
  }

  @Override
  public List<String> texts(String column) {
    return with(column).texts(column);
  }

  @Override
  public List<String> textsOrEmpty(String column) {
    return with(column).textsOrEmpty(column);
  }

  @Override
  public Map<String, String> textsByKey(String column) {
    return with(column).textsByKey(column);
  }

  @Override
  public Map<String, String> textsByLabel(String column) {
    return with(column).textsByLabel(column);
  }

  @Override
  public JsonNode id(String column) {
    return with(column).id(column);
  }

  @Override
  public List<ImagePlace> images(String column, boolean files, String id) {
    return with(column).images(column, files, id);
  }

  @Override
  public Optional<FrameList> frames(String column, String id) {
    return with(column).frames(column, id);
  }

  @Override
  public DataException error(String column, String problem) {
    return row.error(column, problem);
  }

  /** The cells of the keys. */
  private final class KeyCells extends ValueRow {

    KeyCells() {
      super(Map.of());
    }

    @Override
    public String where() {
      return row.where();
    }

    @Override
    JsonNode value(String column) {
      String value = keys.get(column);
      return value == null ? MissingNode.getInstance() : TextNode.valueOf(value);
    }

    @Override
    List<ImagePlace> held(String column, String id) {
      throw error(column, "is in a folder's name, which holds no picture");
    }
  }
}
