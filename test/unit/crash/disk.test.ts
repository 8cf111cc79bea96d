// The model of a disk: what may be missing after a crash, and what may not.
import { expect, test } from "@jest/globals";
import { Disk, type Inode, type Tree } from "../../support/crash/disk.ts";

const folder: Inode = { kind: "folder", mode: 0o755, data: "" };
const file = (data: string): Inode => ({ kind: "file", mode: 0o644, data });
const tree = (...rows: [path: string, id: number, inode: Inode][]): Tree =>
  new Map(rows.map(([path, id, inode]) => [path, { ...inode, id }]));

const start = tree(["/etc", 1, folder], ["/etc/a", 2, file("old")]);
const beside = tree(["/etc", 1, folder], ["/etc/a", 2, file("old")], ["/etc/.a", 3, file("new")]);
const renamed = tree(["/etc", 1, folder], ["/etc/a", 3, file("new")]);

/** What may be at /etc/a after a power cut. */
const contentsAfter = (disk: Disk) => [...new Set(disk.afterPowerCut().map((one) => one.get("/etc/a")?.data))].sort();

test.each([
  ["renamed without any sync", Disk.of(start).became(beside).became(renamed), ["", "new", "old"]],
  ["renamed when it was on the disk", Disk.of(start).became(beside).synced("/etc/.a").became(renamed), ["new", "old"]],
  [
    "renamed, and the folder synced",
    Disk.of(start).became(beside).synced("/etc/.a").became(renamed).synced("/etc"),
    ["new"],
  ],
  ["renamed, and only the folder synced", Disk.of(start).became(beside).became(renamed).synced("/etc"), ["", "new"]],
])("a file that was %s", (_what, disk, expected) => {
  expect(contentsAfter(disk)).toEqual(expected);
});

test("files that one command removes go in any order", () => {
  const two = tree(["/etc", 1, folder], ["/etc/a", 2, file("a")], ["/etc/b", 3, file("b")]);

  const left = Disk.of(two)
    .between(tree(["/etc", 1, folder]))
    .map((disk) => [...disk.tree.keys()].filter((path) => path !== "/etc").join());

  expect(new Set(left)).toEqual(new Set(["/etc/a,/etc/b", "/etc/a", "/etc/b", ""]));
});

test("a file that is written in place may be empty, or there by half", () => {
  const written = tree(["/etc", 1, folder], ["/etc/a", 2, file("newest")]);

  const left = Disk.of(start)
    .between(written)
    .map((disk) => disk.tree.get("/etc/a")?.data);

  expect(left).toEqual(["", "new"]);
});

test("what is in memory is gone when the power goes", () => {
  const running = tree(["/etc", 1, folder], ["/run", 2, folder], ["/run/pid", 3, file("77")]);

  expect(
    Disk.of(running)
      .afterPowerCut()
      .map((one) => [...one.keys()]),
  ).toContainEqual(["/etc"]);
});
