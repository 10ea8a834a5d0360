package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;

/**
 * A value in a document.
 *
 * @param file the file's name, for messages
 * @param line the line where it begins, from 1
 */
record JsonItem(String file, int line, JsonNode value) {

  /**
   * Returns the value, which must be an object.
   *
   * @throws DataException if it is another one
   */
  JsonLine object() {
    if (value == null || !value.isObject()) {
      throw new DataException(
          Text.format(
              "%s:%d: expected a JSON object, found %s",
              file, line, value == null ? "nothing" : value.getNodeType()));
    }
    return new JsonLine(file, line, value);
  }
}
