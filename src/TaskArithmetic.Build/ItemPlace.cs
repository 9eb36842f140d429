using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>
/// Where something is written in a project: the file, and line and column where they can be found. MSBuild gives tasks items without
/// their places, so the file that declares the item is read again; only when there is something to report.
/// </summary>
internal readonly struct ItemPlace
{
    public ItemPlace(string file, int line = 0, int column = 0)
    {
        File = file;
        Line = line;
        Column = column;
    }

    public string File { get; }

    public int Line { get; }

    public int Column { get; }

    /// <summary>Where an item is declared.</summary>
    public static ItemPlace Of(string itemType, ITaskItem item)
    {
        var file = item.GetMetadata("DefiningProjectFullPath");
        var candidates = Declarations(file, itemType).Where(d => ItemPattern.Matches(d, item.ItemSpec)).ToList();
        var best = candidates.OrderByDescending(d => d.Attribute("Include")!.Value == item.ItemSpec).ThenByDescending(d => Agreement(d, item)).FirstOrDefault();
        return best is null ? new ItemPlace(file) : At(file, best);
    }

    /// <summary>Where a model is declared: its own item, or the one that names the configuration of mergekit it is made from.</summary>
    public static ItemPlace OfModel(ITaskItem model)
    {
        if (!MergeRequest.IsMergeKit(model))
            return Of("MergedModel", model);
        var file = model.GetMetadata("MergeKitProject");
        return Declarations(file, "MergeKitRecipe").FirstOrDefault(d => ItemPattern.Matches(d, model.GetMetadata("MergeKitItem"))) is { } found ? At(file, found) : new ItemPlace(file);
    }

    /// <summary>Where a property is set in a file, or the file alone.</summary>
    public static ItemPlace OfProperty(string file, string property) =>
        Root(file)?.Descendants().FirstOrDefault(e => e.Name.LocalName.Equals(property, StringComparison.OrdinalIgnoreCase) && e.Parent!.Name.LocalName == "PropertyGroup") is { } found
            ? At(file, found)
            : new ItemPlace(file);

    /// <summary>Where an element is written: its bracket, as MSBuild counts.</summary>
    public static ItemPlace At(string file, XElement element)
    {
        var line = (IXmlLineInfo)element;
        return new ItemPlace(file, line.LineNumber, line.LinePosition - 1);
    }

    /// <summary>All elements of a file that add items of a type.</summary>
    public static IEnumerable<XElement> Declarations(string file, string itemType) =>
        Root(file)?.Descendants().Where(e => e.Name.LocalName.Equals(itemType, StringComparison.OrdinalIgnoreCase) && e.Attribute("Include") is not null && e.Parent!.Name.LocalName == "ItemGroup") ?? [];

    /// <summary>Of several items of one name, the one whose metadata are written so.</summary>
    private static int Agreement(XElement declaration, ITaskItem item) =>
        declaration.Attributes().Select(a => (Name: a.Name.LocalName, a.Value))
            .Concat(declaration.Elements().Select(e => (Name: e.Name.LocalName, e.Value)))
            .Where(m => m.Name is not ("Include" or "Exclude" or "Condition") && m.Value.IndexOf('$') < 0)
            .Sum(m => item.GetMetadata(m.Name).Trim() == m.Value.Trim() ? 1 : -1);

    private static XElement? Root(string file)
    {
        try
        {
            return System.IO.File.Exists(file) ? XDocument.Load(file, LoadOptions.SetLineInfo).Root : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }
}
