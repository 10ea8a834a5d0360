package io.prumerge.explain;

import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * @param page path of the page
 */
public record ExplainResult(ExplainSettings questioned, List<ExplainedImage> images, Path page) {}
