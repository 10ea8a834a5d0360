package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.table.DataRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row whose columns and the named parts of whose columns' texts are its columns. */
final class RowWithParts implements DataRow {

  private final DataRow row;
  private final Map<String, Pattern> parts;

  /**
   * @param parts by column; their named groups are parts of its text
   */
  RowWithParts(DataRow row, Map<String, Pattern> parts) {
    this.row = row;
    this.parts = parts;
  }

  @Override
  public String where() {
    return row.where();
  }

  @Override
  public boolean has(String column) {
    return isPart(column) ? text(column).isPresent() : row.has(column);
  }

  /**
   * Returns a text or the part of one.
   *
   * @throws DataException also if a text has not the parts of its column
   */
  @Override
  public Optional<String> text(String column) {
    for (Map.Entry<String, Pattern> part : parts.entrySet()) {
      if (part.getValue().namedGroups().containsKey(column)) {
        return row.text(part.getKey())
            .flatMap(text -> Optional.ofNullable(part(column, text, part)))
            .filter(text -> !text.isEmpty());
      }
    }
    return row.text(column);
  }

  private String part(String name, String text, Map.Entry<String, Pattern> of) {
    Matcher found = of.getValue().matcher(text);
    if (!found.find()) {
      throw row.error(
          of.getKey(), "has not the parts of '" + of.getValue().pattern() + "': " + text);
    }
    return found.group(name);
  }

  private boolean isPart(String column) {
    return parts.values().stream().anyMatch(one -> one.namedGroups().containsKey(column));
  }

  @Override
  public List<String> texts(String column) {
    return isPart(column) ? text(column).stream().toList() : row.texts(column);
  }

  @Override
  public List<String> textsOrEmpty(String column) {
    return isPart(column) ? texts(column) : row.textsOrEmpty(column);
  }

  @Override
  public Map<String, String> textsByKey(String column) {
    return row.textsByKey(column);
  }

  @Override
  public Map<String, String> textsByLabel(String column) {
    return row.textsByLabel(column);
  }

  @Override
  public JsonNode id(String column) {
    return isPart(column)
        ? new TextNode(text(column).orElseThrow(() -> row.error(column, "is empty")))
        : row.id(column);
  }

  @Override
  public List<Optional<ImagePlace>> images(String column, boolean files, String id) {
    return row.images(column, files, id);
  }

  @Override
  public Optional<FrameList> frames(String column, String id) {
    return row.frames(column, id);
  }

  @Override
  public DataException error(String column, String problem) {
    return row.error(column, problem);
  }
}
