# A switch: the table is read, and each way checks that it is the one the table names now.
        cmp     eax, 2
        ja      4f
        jmp     [table+eax*4]
1:      mov     ebx, 10
        ret
2:      mov     ebx, 20
        ret
3:      mov     ebx, 30
4:      ret

        .section .rodata
table:  .long   1b, 2b, 3b
# 0x1000: 83 f8 02 77 18 ff 24 85 00 20 00 00 bb 0a 00 00 00 c3 bb 14 00 00 00 c3 bb 1e 00 00 00 c3
# 0x2000: 0c 10 00 00 12 10 00 00 18 10 00 00
