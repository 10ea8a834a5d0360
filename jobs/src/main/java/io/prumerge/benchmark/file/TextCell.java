package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.table.DataRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row's column that holds a text which was made of another column's.
 *
 * @param text empty if there is none
 */
record TextCell(DataRow row, Optional<String> text) implements DataRow {

  @Override
  public String where() {
    return row.where();
  }

  @Override
  public boolean has(String column) {
    return text.isPresent();
  }

  @Override
  public Optional<String> text(String column) {
    return text;
  }

  @Override
  public List<String> texts(String column) {
    return text.stream().toList();
  }

  @Override
  public List<String> textsOrEmpty(String column) {
    return texts(column);
  }

  @Override
  public Map<String, String> textsByKey(String column) {
    return Map.of();
  }

  @Override
  public Map<String, String> textsByLabel(String column) {
    return Map.of();
  }

  @Override
  public JsonNode id(String column) {
    return new TextNode(text.orElseThrow(() -> error(column, "is empty")));
  }

  /** Returns none: a text that was made of another names no picture. */
  @Override
  public List<Optional<ImagePlace>> images(String column, boolean files, String id) {
    return List.of();
  }

  @Override
  public Optional<FrameList> frames(String column, String id) {
    return Optional.empty();
  }

  @Override
  public DataException error(String column, String problem) {
    return row.error(column, problem);
  }
}
