package io.prumerge.report.page;

/**
 * Another page about the same.
 *
 * @param name what it is about
 * @param address of the page, relative to this one
 */
public record PageLink(String name, String address) {}
