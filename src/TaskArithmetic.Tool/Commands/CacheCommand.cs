using System.CommandLine;
using System.Globalization;
using TaskArithmetic.Caching;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>cache</c>: what finished work is kept, and how much of it.</summary>
internal static class CacheCommand
{
    public static Command Create() => new Verb("cache", "Lists, prunes and verifies the content cache.")
    {
        Examples = ["cache list", "cache prune --max-size 20GB", "cache verify"],
        Subcommands = { List(), Prune(), Verify() },
    };

    private static Verb List()
    {
        var directory = CommonOptions.CacheDirectory();
        var command = new Verb("list", "Lists every entry, least recently used first.")
        {
            Examples = ["cache list", "cache list --json"],
            Options = { directory, CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var cache = new ContentCache(parsed.GetValue(directory) ?? CacheFolder.Required);
                var entries = cache.List();
                terminal.Report(cache.Foreign());
                terminal.Result(
                    new { cache.Root, entries = entries.Select(e => new { e.Entry.Key, e.Entry.Kind, e.Entry.Size, lastUsed = e.LastUsedUtc, e.Entry.Files }) },
                    () => Print(terminal, cache.Root, entries));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void Print(ToolTerminal terminal, string root, IReadOnlyList<(CacheEntry Entry, DateTime LastUsedUtc)> entries)
    {
        if (entries.Count > 0)
        {
            var table = new TextTable("key", "kind", "size", "last used (UTC)");
            foreach (var (entry, lastUsed) in entries)
                table.Add(entry.Key[..Math.Min(12, entry.Key.Length)], entry.Kind, Amount.Bytes(entry.Size), lastUsed.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            terminal.Table(table);
        }
        terminal.Line($"{entries.Count} entries, {Amount.Bytes(entries.Sum(e => e.Entry.Size))} in {root}");
    }

    private static Verb Prune()
    {
        var directory = CommonOptions.CacheDirectory();
        var maxSize = new Option<string>("--max-size") { HelpName = "SIZE", Description = "What may stay, such as 20GB; the least recently used goes first. 0 drops everything.", Required = true };
        var command = new Verb("prune", "Drops entries until the rest fit, and leftovers of killed runs.")
        {
            Examples = ["cache prune --max-size 20GB", "cache prune --max-size 0"],
            Options = { directory, maxSize, CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var text = parsed.GetValue(maxSize)!;
                var cache = new ContentCache(parsed.GetValue(directory) ?? CacheFolder.Required);
                var (entries, bytes) = cache.Prune(text == "0" ? 0 : ByteSize.Parse(text));
                terminal.Report(cache.Foreign());
                terminal.Result(new { entries, bytes }, () => terminal.Line($"dropped {entries} entries, freed {Amount.Bytes(bytes)}"));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static Verb Verify()
    {
        var directory = CommonOptions.CacheDirectory();
        var command = new Verb("verify", "Reads every byte of every entry and drops damaged ones. Exit code 1 if any was.")
        {
            Examples = ["cache verify"],
            Options = { directory, CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var cache = new ContentCache(parsed.GetValue(directory) ?? CacheFolder.Required);
                var (intact, dropped) = cache.Verify();
                terminal.Report([.. dropped, .. cache.Foreign()]);
                terminal.Result(new { intact, dropped = dropped.Count }, () => terminal.Line($"{intact} entries are intact, {dropped.Count} were dropped"));
                return dropped.Count == 0 ? ExitCode.Done : ExitCode.GateFailed;
            });
        });
        return command;
    }
}
