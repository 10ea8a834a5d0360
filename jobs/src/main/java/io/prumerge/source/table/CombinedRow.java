package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row some of whose columns are another row's. */
public abstract class CombinedRow implements DataRow {

  private final DataRow row;

  protected CombinedRow(DataRow row) {
    this.row = row;
  }

  /** Returns the row that has a column: {@code own}, or another one. */
  protected abstract DataRow with(String column, DataRow own);

  private DataRow with(String column) {
    return with(column, row);
  }

  @Override
  public final String where() {
    return row.where();
  }

  @Override
  public final boolean has(String column) {
    return with(column).has(column);
  }

  @Override
  public final Optional<String> text(String column) {
    return with(column).text(column);
  }

  @Override
  public final List<String> texts(String column) {
    return with(column).texts(column);
  }

  @Override
  public final List<String> textsOrEmpty(String column) {
    return with(column).textsOrEmpty(column);
  }

  @Override
  public final Map<String, String> textsByKey(String column) {
    return with(column).textsByKey(column);
  }

  @Override
  public final Map<String, String> textsByLabel(String column) {
    return with(column).textsByLabel(column);
  }

  @Override
  public final JsonNode id(String column) {
    return with(column).id(column);
  }

  @Override
  public final List<Optional<ImagePlace>> images(String column, boolean files, String id) {
    return with(column).images(column, files, id);
  }

  @Override
  public final Optional<FrameList> frames(String column, String id) {
    return with(column).frames(column, id);
  }

  @Override
  public final DataException error(String column, String problem) {
    return with(column).error(column, problem);
  }
}
