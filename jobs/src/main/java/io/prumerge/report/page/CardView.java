package io.prumerge.report.page;

/**
 * A grid of patches over the image.
 *
 * @param cols patches per row
 * @param rows of patches
 * @param placed an SVG transform that puts the image of side 1 into its place on the grid
 * @param dropped an SVG path over the dropped patches; empty for none
 * @param borders an SVG path between tiles; empty for none
 */
public record CardView(int cols, int rows, String placed, String dropped, String borders) {}
