module example.com/lanterna/stock

go 1.23
