using System.Xml.Linq;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Measuring;

namespace TaskArithmetic.Tests.Measuring;

[TestClass]
public sealed class HeatMapTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void Every_number_has_a_cell_with_its_colour_and_its_text_and_what_is_missing_an_empty_frame()
    {
        var document = XDocument.Parse(Map([[0, 1], [0.5, null]]).ToSvg());

        var cells = document.Descendants(Svg + "g").ToList();
        Assert.HasCount(3, cells);
        CollectionAssert.AreEqual((string[])["0", "1.00", "0.5000"], cells.Select(c => c.Element(Svg + "text")!.Value).ToArray());
        CollectionAssert.AreEqual((string[])["#eaf2fb", "#0b2f63", "#4f90d9"], cells.Select(c => c.Element(Svg + "rect")!.Attribute("fill")!.Value).ToArray());
        Assert.HasCount(1, document.Descendants(Svg + "rect").Where(r => r.Attribute("class")?.Value == "none").ToList());
        Assert.AreEqual("1, q: 0.5", cells[2].Element(Svg + "title")!.Value);
    }

    [TestMethod]
    public void Text_stands_out_from_its_ground_by_at_least_four_and_a_half_to_one()
    {
        foreach (var diverging in (bool[])[true, false])
        {
            var values = Enumerable.Range(0, 101).Select(i => (double?)(i / 50.0 - 1)).ToList();
            var map = Map([values]) with { Columns = [.. values.Select(_ => "q")], Scale = new HeatScale(-1, 1, diverging) };
            foreach (var cell in XDocument.Parse(map.ToSvg()).Descendants(Svg + "g"))
            {
                var (ground, ink) = (Luminance(cell.Element(Svg + "rect")!), Luminance(cell.Element(Svg + "text")!));
                Assert.IsGreaterThanOrEqualTo(4.5, (Math.Max(ground, ink) + 0.05) / (Math.Min(ground, ink) + 0.05), cell.ToString());
            }
        }
    }

    [TestMethod]
    public void The_same_numbers_give_the_same_bytes_whatever_the_language()
    {
        var before = System.Globalization.CultureInfo.CurrentCulture;
        var map = Map([[0.25, -0.5], [1e-7, null]]);
        var svg = map.ToSvg();
        try
        {
            var commas = (System.Globalization.CultureInfo)before.Clone();
            commas.NumberFormat.NumberDecimalSeparator = ",";
            System.Globalization.CultureInfo.CurrentCulture = commas;
            Assert.AreEqual(svg, Map([[0.25, -0.5], [1e-7, null]]).ToSvg());
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
        Assert.DoesNotContain("\r", svg);
        Assert.DoesNotContain("<script", svg);
    }

    [TestMethod]
    public void Names_of_others_cannot_leave_their_place()
    {
        var document = XDocument.Parse((Map([[0, 1], [0.5, null]]) with { Subtitle = "a<script>&\"\u0007\ud800", Rows = ["<0>", "]]>"] }).ToSvg());

        Assert.IsEmpty(document.Descendants().Where(e => e.Name.LocalName == "script").ToList());
        Assert.AreEqual(@"a<script>&""\u0007\ud800", document.Root!.Element(Svg + "desc")!.Value);
    }

    [TestMethod]
    public void A_diverging_scale_is_neutral_at_its_centre()
    {
        var scale = HeatScale.Around(0.5, [0.4, 0.7]);

        Assert.AreEqual(0.5, scale.Place(0.5), 1e-15);
        Assert.AreEqual(1, scale.Place(0.7), 1e-15);
        Assert.AreEqual(0.25, scale.Place(0.4), 1e-12);
        Assert.AreEqual(0.5, HeatScale.Around(0, [0]).Place(0));
        Assert.AreEqual(0, HeatScale.Sequential([0, 0]).Place(0));
    }

    private static double Luminance(XElement element)
    {
        var hex = element.Attribute("fill")!.Value;
        var channels = new[] { 1, 3, 5 }.Select(i => Convert.ToInt32(hex.Substring(i, 2), 16) / 255.0).Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    private static HeatMap Map(IReadOnlyList<IReadOnlyList<double?>> values) => new()
    {
        Title = "number",
        Subtitle = "of something",
        Rows = [.. values.Select((_, i) => $"{i}")],
        Columns = ["q", "k"],
        Values = values,
        Scale = new HeatScale(0, 1, false),
        Format = ReportNumber.Short,
    };
}
