/** Tables, folders, JSON and YAML documents of this project, on any Hadoop file system. */
package io.prumerge.store;
